/** Connections as they are shown: with what stops their application, read once per application. */
import type { ApplicationId } from '../contract/ids.js';
import { type Problem, ProblemError } from '../contract/problem.js';
import type { Applications } from '../setup/applications.js';
import { type ConnectionView, connectionView } from '../setup/connection-view.js';
import type { Connection } from '../setup/model.js';

/** Failures of the applications of some connections, by application. */
export type ApplicationFailures = ReadonlyMap<ApplicationId, Problem | undefined>;

/** @param connections whose applications to look at; an application that has just gone counts as without failure */
export async function failuresOf(
  applications: Applications,
  connections: readonly Connection[],
): Promise<ApplicationFailures> {
  const ids = [...new Set(connections.map(({ settings }) => settings.application))];
  const failures = await Promise.all(
    ids.map(async (id) => {
      if (id === undefined) return undefined;
      return applications.read(id).then(
        ({ failure }) => failure,
        (error) => {
          if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined;
          throw error;
        },
      );
    }),
  );
  return new Map(ids.flatMap((id, index) => (id === undefined ? [] : [[id, failures[index]] as const])));
}

export const failureOf = ({ settings }: Connection, failures: ApplicationFailures): Problem | undefined =>
  settings.application === undefined ? undefined : failures.get(settings.application);

/** One connection as the API answers it. */
export async function shownConnection(
  applications: Applications,
  connection: Connection,
): Promise<ConnectionView> {
  const failures = await failuresOf(applications, [connection]);
  return connectionView(connection, failureOf(connection, failures));
}
