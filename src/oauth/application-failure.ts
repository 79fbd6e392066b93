/**
 * What stops every connection of an application (law 5).
 *
 * healthy → failed (the first refresh that the server refuses for the application's sake raises it, once) → probed with
 * one connection every 15 minutes and at once when the application changed → healthy (the first refresh that succeeds
 * heals it, once, and wakes every connection; nobody signs in again).
 */
import type { ApplicationId } from '../contract/ids.js';
import type { Problem } from '../contract/problem.js';
import type { Applications } from '../setup/applications.js';
import type { Connections } from '../setup/connections.js';
import type { Application, ChangeListener } from '../setup/model.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';

/** Connections that a failure names; of the others it says how many. */
const NAMED = 3;

export const PROBE_EVERY_MS = 15 * 60_000;

export interface ApplicationFailures {
  /** Records the failure of an application as it was read; logs it once. @returns whether it is new */
  raise(application: Pick<Application, 'id' | 'version'>, problem: Problem): Promise<boolean>;
  /** The problem with which connections it stops: how many, and the first few by name. */
  told(id: ApplicationId, problem: Problem): Promise<Problem>;
  /** Clears the failure; wakes every connection of the application if there was one. */
  heal(id: ApplicationId): Promise<void>;
  /**
   * Asks for the probe of this quarter of an hour.
   * @returns 0 when the caller is to probe now, else ms until the next probe is due
   */
  probe(id: ApplicationId): Promise<number>;
  /** Lets the next one that asks probe at once, since the last probe told nothing. */
  releaseProbe(id: ApplicationId): Promise<void>;
  /** The application changed: a failure it has is probed at once. For ChangeListener.applicationChanged. */
  changed(id: ApplicationId): Promise<void>;
}

export function createApplicationFailures(deps: {
  redis: RedisClient;
  applications: Pick<Applications, 'read' | 'setFailure'>;
  connections: Pick<Connections, 'ofApplication' | 'read'>;
  listener: Pick<ChangeListener, 'connectionChanged'>;
  log: Log;
}): ApplicationFailures {
  const { redis, applications, connections, listener, log } = deps;
  const wakeAll = async (id: ApplicationId): Promise<void> => {
    for (const connection of await connections.ofApplication(id))
      await listener.connectionChanged(connection);
  };
  return {
    async raise({ id, version }, problem) {
      if (!(await applications.setFailure(id, problem, version))) return false;
      // The first probe is due a quarter of an hour from now: the refresh that failed was one.
      await redis.set(keys.applicationProbe(id), 'raised', 'PX', PROBE_EVERY_MS);
      log.error(
        { application: id, problem: problem.code, foreign: problem.foreign },
        `${problem.title}: every connection of the application waits`,
      );
      return true;
    },
    async told(id, problem) {
      const ids = (await connections.ofApplication(id)).sort();
      if (ids.length === 0) return problem;
      const read = await Promise.all(
        ids.slice(0, NAMED).map((each) => connections.read(each).catch(() => undefined)),
      );
      const names = read.flatMap((each) => (each ? [`“${each.settings.name}”`] : []));
      const rest = ids.length - names.length;
      const list = [...names, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
      const stops = ids.length === 1 ? 'one connection' : `${ids.length} connections`;
      return { ...problem, detail: `${problem.detail} It stops ${stops}: ${list}.` };
    },
    async heal(id) {
      if (!(await applications.setFailure(id, undefined))) return;
      await redis.del(keys.applicationProbe(id));
      log.info({ application: id }, 'The application works again');
      await wakeAll(id);
    },
    async probe(id) {
      const key = keys.applicationProbe(id);
      if ((await redis.set(key, 'probing', 'PX', PROBE_EVERY_MS, 'NX')) === 'OK') return 0;
      return Math.max(1_000, await redis.pttl(key));
    },
    releaseProbe: async (id) => void (await redis.del(keys.applicationProbe(id))),
    async changed(id) {
      if (!(await applications.read(id)).failure) return;
      await redis.del(keys.applicationProbe(id));
      await wakeAll(id);
    },
  };
}
