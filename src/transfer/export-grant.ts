/**
 * Exports the grant of a connection into an encrypted file. A moved grant ends here only once its file was made, under
 * the refresh lock and on the version that was read: no refresh is in flight then that could rotate what was exported.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, systemClock } from '../contract/clock.js';
import type { ConnectionId } from '../contract/ids.js';
import { type Problem, problem, problemError } from '../contract/problem.js';
import type { RefreshLock } from '../oauth/refresh/refresh-lock.js';
import type { StoredGrant, TokenStore } from '../oauth/token-store.js';
import type { Applications } from '../setup/applications.js';
import type { Connections } from '../setup/connections.js';
import type { ApplicationSettings, ChangeListener } from '../setup/model.js';
import type { Providers } from '../setup/preset.js';
import type { ExportedGrant } from './exported-grant.js';
import { type GrantFile, sealedFile } from './grant-file.js';

/** How long a refresh in flight is waited for: its lock, and a bit. */
const WAIT_MS = 20_000;
const LOOK_EVERY_MS = 100;

export interface GrantExport {
  file: GrantFile;
  /** What to know before the file is used: `grant-shared`. */
  warnings: Problem[];
}

export interface ExportOptions {
  passphrase: string;
  /** Ends the grant here. */
  move?: boolean;
}

export type ExportGrant = (id: ConnectionId, options: ExportOptions) => Promise<GrantExport>;

/** @returns a function that throws ProblemError `not-found`, `grant-not-exportable`, `grant-busy` */
export function createGrantExport(deps: {
  applications: Pick<Applications, 'read'>;
  connections: Pick<Connections, 'read'>;
  providers: Providers;
  tokenStore: Pick<TokenStore, 'read' | 'end'>;
  lock: RefreshLock;
  listener: Pick<ChangeListener, 'connectionChanged'>;
  clock?: Clock;
}): ExportGrant {
  const { applications, connections, providers, tokenStore, lock, clock = systemClock } = deps;

  async function exported(id: ConnectionId) {
    const grant = await tokenStore.read(id);
    const { application } = grant.settings;
    const settings = application === undefined ? undefined : (await applications.read(application)).settings;
    return { grant, settings, content: contentOf(grant, settings) };
  }

  async function move(id: ConnectionId, passphrase: string): Promise<GrantExport> {
    const giveUpAt = clock.now() + WAIT_MS;
    for (;;) {
      const held = await lock.acquire(id);
      try {
        const { grant, content } = await exported(id);
        if (held) {
          const file = await sealedFile(content, passphrase);
          const moved = problem('grant-moved', { with: { user: grant.settings.user } });
          if (held.remainingMs() > 0 && typeof (await tokenStore.end(grant, moved)) === 'number') {
            await deps.listener.connectionChanged(id);
            return { file, warnings: [] };
          }
        }
        if (clock.now() > giveUpAt) throw problemError('grant-busy', { with: { user: grant.settings.user } });
      } finally {
        await held?.release();
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  return async (id, { passphrase, move: isMoved = false }) => {
    await connections.read(id);
    if (isMoved) return move(id, passphrase);
    const { grant, settings, content } = await exported(id);
    const file = await sealedFile(content, passphrase);
    const behaviour = settings && providers[settings.provider].refreshTokens;
    if (behaviour === undefined || behaviour === 'kept') return { file, warnings: [] };
    const warning = problem('grant-shared', { with: { user: grant.settings.user, behaviour } });
    return { file, warnings: [warning] };
  };
}

/** @throws ProblemError `grant-not-exportable` */
function contentOf(grant: StoredGrant, application: ApplicationSettings | undefined): ExportedGrant {
  const { settings, authorization, tokens } = grant;
  const { user } = settings;
  const refuse = (what: string) => problemError('grant-not-exportable', { with: { user, what } });
  if (!application) throw refuse('signs in with a password, which is not exported');
  if (authorization.status !== 'authorized' || !tokens) throw refuse('is not signed in');
  if (!tokens.refreshToken)
    throw refuse('holds no refresh token: it signs in as the application, or by a token that was pasted');
  if (!authorization.account) throw refuse('was not signed in to by a user whose account is known');
  const { issuer, tenant, clientId } = application;
  return {
    user,
    ...(issuer !== undefined && { issuer }),
    ...(tenant !== undefined && { tenant }),
    clientId: authorization.clientId ?? clientId,
    scope: authorization.grantedScope,
    account: authorization.account,
    refreshToken: tokens.refreshToken,
  };
}
