/**
 * Tokens of the managed identity of the Azure machine that Mailgrant runs on, from IMDS or App Service
 * (EXCHANGE-ONLINE.md §3; "How to use managed identities on an Azure VM to acquire an access token").
 */
import { type Clock, systemClock } from '../../contract/clock.js';
import { type ForeignFacts, type ProblemError, problemError } from '../../contract/problem.js';
import type { InstanceAnswer, InstanceMetadata } from '../../outgoing/instance-metadata.js';
import { isTokenExchange } from '../../setup/federated-rules.js';
import type { Providers } from '../../setup/preset.js';
import { failureOfAnswer, failureOfSilence, jsonObject } from '../server/server-answer.js';

export interface IdentityRequest {
  /** The audience: `https://outlook.office365.com`, or `api://AzureADTokenExchange` for a federated credential. */
  resource: string;
  /** Client ID of a user-assigned identity; without it the system-assigned one, or the only one there is. */
  clientId?: string | undefined;
}

export interface IdentityToken {
  accessToken: string;
  /** from now */
  expiresInSeconds: number;
}

/**
 * @throws ProblemError `identity-endpoint-unreachable` (this is not Azure), `identity-endpoint-unavailable` (429, 5xx, 410,
 *   with Retry-After), `managed-identity-not-found`, `managed-identity-refused`, `managed-identity-for-mail-only`
 */
export type ManagedIdentityToken = (request: IdentityRequest) => Promise<IdentityToken>;

/** The endpoint takes a few requests a second, and its tokens live a day: many mailboxes share one answer. */
const REUSED_MS = 5 * 60_000;
const LEAST_LEFT_MS = 15 * 60_000;
/** Where the answer names no lifetime. */
const ASSUMED_LIFETIME_SECONDS = 3_600;

interface KnownToken {
  accessToken: string;
  /** ms since the epoch */
  expiresAt: number;
  askedAt: number;
}

/** @param deps `metadata`: the way to the endpoint; `providers`: the presets, whose mail may be asked for */
export function createManagedIdentityToken(deps: {
  providers: Providers;
  metadata: Pick<InstanceMetadata, 'host' | 'secrets' | 'token'>;
  clock?: Clock;
}): ManagedIdentityToken {
  const { metadata, clock = systemClock } = deps;
  const known = new Map<string, KnownToken>();
  const asking = new Map<string, Promise<KnownToken>>();

  async function ask(request: IdentityRequest): Promise<KnownToken> {
    const askedAt = clock.now();
    const answer = await metadata.token(request).catch((cause: unknown) => {
      const what = failureOfSilence(cause).words ?? 'no answer';
      throw problemError('identity-endpoint-unreachable', { with: { host: metadata.host, what }, cause });
    });
    const json = answer.status === 200 ? jsonObject(answer.body) : undefined;
    if (typeof json?.access_token !== 'string' || json.access_token === '') {
      throw refused(metadata, answer, { ...request, now: askedAt });
    }
    const expiresAt = askedAt + lifetimeSeconds(json, askedAt) * 1_000;
    return { accessToken: json.access_token, expiresAt, askedAt };
  }

  const mail = mailResources(deps.providers);

  return async ({ resource, clientId }) => {
    if (!mail.has(resource.replace(/\/$/, '')) && !isTokenExchange(resource))
      throw problemError('managed-identity-for-mail-only', { with: { resource } });
    const place = JSON.stringify([resource, clientId]);
    const stored = known.get(place);
    const now = clock.now();
    const isFresh = stored && now - stored.askedAt < REUSED_MS && stored.expiresAt - now > LEAST_LEFT_MS;
    let token = stored;
    if (!token || !isFresh) {
      const running = asking.get(place) ?? ask({ resource, clientId }).finally(() => asking.delete(place));
      asking.set(place, running);
      token = await running;
      known.set(place, token);
    }
    const left = Math.max(0, Math.floor((token.expiresAt - clock.now()) / 1_000));
    return { accessToken: token.accessToken, expiresInSeconds: left };
  };
}

/**
 * A Scope or an audience that somebody enters must not get tokens of the machine for other services (its management, its
 * key vaults): mail of the providers, and the exchange of tokens, is all there is.
 */
const mailResources = (providers: Providers): ReadonlySet<string> =>
  new Set(
    Object.values(providers).flatMap(({ appOnlyScope, scopes }) =>
      !appOnlyScope
        ? []
        : [appOnlyScope, ...(scopes.imap ?? []), ...(scopes.smtp ?? [])].map(
            (scope) => new URL(scope).origin,
          ),
    ),
  );

/** IMDS says `expires_in`, App Service only `expires_on`; both as text. */
function lifetimeSeconds(json: Record<string, unknown>, now: number): number {
  const number = (value: unknown): number | undefined =>
    (typeof value === 'string' && /^\d+$/.test(value)) || typeof value === 'number'
      ? Number(value)
      : undefined;
  const expiresOn = number(json.expires_on);
  return (
    number(json.expires_in) ??
    (expiresOn === undefined ? ASSUMED_LIFETIME_SECONDS : Math.max(0, expiresOn - Math.floor(now / 1_000)))
  );
}

function refused(
  { host, secrets }: Pick<InstanceMetadata, 'host' | 'secrets'>,
  answer: InstanceAnswer,
  { resource, clientId, now }: IdentityRequest & { now: number },
): ProblemError {
  const { facts, words, retryAfterMs } = failureOfAnswer(answer, secrets);
  const { status } = answer;
  const said: { serverWords: string; foreign: ForeignFacts } = { serverWords: words ?? '', foreign: facts };
  // 410: the service is being updated; 404 and 429: too early or too often (Azure's guidance on retries).
  if (status === 404 || status === 410 || status === 429 || status >= 500 || status === 200) {
    return problemError('identity-endpoint-unavailable', {
      with: { host, status },
      ...(retryAfterMs !== undefined && { retryAt: now + retryAfterMs }),
      ...said,
    });
  }
  // IMDS: 400 invalid_request "Identity not found"; App Service: 400 "No User Assigned or Delegated Managed Identity found".
  if (status === 400 && /identity (not found|isn't assigned)|no .*managed identity/i.test(words ?? '')) {
    const identity =
      clientId === undefined
        ? 'system-assigned identity'
        : `user-assigned identity with the Client ID ${clientId}`;
    return problemError('managed-identity-not-found', { with: { host, identity }, ...said });
  }
  return problemError('managed-identity-refused', { with: { host, resource, status }, ...said });
}
