/** Two client secrets: when the second one goes first from then on. */
import { None } from 'openid-client';
import { expect, it, vi } from 'vitest';
import type { ForeignFacts } from '../../../../src/contract/problem.js';
import type { ClientCredential } from '../../../../src/oauth/client/client-credential.js';
import { withEitherSecret } from '../../../../src/oauth/client/either-secret.js';

const first: ClientCredential = { which: 'first', authentication: None() };
const second: ClientCredential = { which: 'second', authentication: None() };
const REFUSED: ForeignFacts = { error: 'invalid_client', errorCodes: [7000215], status: 401 };

/** The first is refused; the second is answered so. */
async function tried(answer: ForeignFacts | undefined) {
  const accepted = vi.fn();
  const found = await withEitherSecret(
    { credentials: () => [first, second], accepted },
    async ({ which }) => (which === 'first' ? REFUSED : answer),
    (facts) => facts,
  );
  return { accepted: accepted.mock.calls.flat(), found };
}

it.each<[string, ForeignFacts | undefined]>([
  ['tokens', undefined],
  ['a refused grant', { error: 'invalid_grant', status: 400 }],
  ['a refused scope', { error: 'invalid_scope', status: 400 }],
  ['a code that nobody entered yet', { error: 'authorization_pending', status: 400 }],
])('the second secret goes first once it was answered with %s', async (_, answer) => {
  expect(await tried(answer)).toEqual({ accepted: [second], found: { outcome: answer } });
});

it.each<[string, ForeignFacts]>([
  ['silence', {}],
  ['an outage', { status: 503 }],
  ['too many requests, whatever they were', { error: 'invalid_grant', status: 429 }],
  ['an error of the server', { error: 'server_error', status: 400 }],
  ['what is said before anybody looks at who asks', { error: 'invalid_request', status: 400 }],
])('the second secret is not taken for good after %s', async (_, answer) => {
  expect(await tried(answer)).toEqual({ accepted: [], found: { outcome: answer } });
});

it('says what became of both where both are refused, by their place and not by the order of trying', async () => {
  const { accepted, found } = await tried(REFUSED);
  expect([accepted, found]).toEqual([[], { outcome: REFUSED, refused: { first: REFUSED, second: REFUSED } }]);
});
