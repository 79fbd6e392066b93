/**
 * The signature of a sign-in's id_token, by the keys that its issuer publishes. It came over TLS from the token endpoint
 * itself, which OpenID Connect Core §3.1.3.7 (6) takes for enough; that is all there is where an issuer publishes none.
 */
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { problemError, problemIn } from '../../contract/problem.js';
import type { OAuthClient, OAuthClients } from '../client/client.js';
import { record } from '../client/token-request.js';
import { jsonObject } from './server-answer.js';

const DEADLINE_MS = 10_000;

/** @throws ProblemError `callback-invalid`; `sign-in-unfinished` when the keys cannot be had; `address-refused`, `tls-required` */
export async function checkSignature(
  clients: OAuthClients,
  client: OAuthClient,
  idToken: string,
): Promise<void> {
  const url = await clients.keysUrl(client);
  if (url === undefined) return;
  const keys = await published(client, url);
  try {
    await compactVerify(idToken, createLocalJWKSet(keys));
  } catch (cause) {
    const what = 'the id_token is not signed with a key of its issuer';
    throw problemError('callback-invalid', { with: { what }, cause });
  }
}

async function published(client: OAuthClient, url: string): Promise<JSONWebKeySet> {
  const recording = record(client.fetch, DEADLINE_MS);
  await recording
    .fetch(url, { method: 'GET', headers: {}, body: null, redirect: 'manual' })
    .catch((error) => {
      throw problemIn(error) ?? unreadable(url, 'no answer', error);
    });
  const { status = 0, body = '' } = recording.answer() ?? {};
  const json = status === 200 ? jsonObject(body) : undefined;
  if (!Array.isArray(json?.keys)) throw unreadable(url, `HTTP ${status}`);
  return { keys: json.keys };
}

const unreadable = (url: string, what: string, cause?: unknown) =>
  problemError('sign-in-unfinished', {
    with: { host: new URL(url).host, what: `the keys of the issuer could not be read: ${what}` },
    cause,
  });
