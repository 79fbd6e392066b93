import { expect, it } from 'vitest';
import { problem } from '../../../src/contract/problem.js';
import { shownStatus } from '../../../src/setup/connection-view.js';
import type { Authorization, Connection } from '../../../src/setup/model.js';

const failure = problem('internal-error', { with: { what: 'x' } });
const connection = (identity: Authorization['identity']): Connection =>
  ({ authorization: { status: 'authorized', identity } }) as Connection;

it('shows the failure of its application at a connection, whoever is behind it', () => {
  for (const identity of ['proved', 'application', undefined] as const)
    expect(shownStatus(connection(identity), failure)).toEqual({
      status: 'application-error',
      problem: failure,
    });
  expect(shownStatus(connection('proved'), undefined).status).toBe('authorized');
});

it('shows it not where an access token was pasted, which is used without the application', () => {
  expect(shownStatus(connection('asserted'), failure).status).toBe('authorized');
});
