import { expect, it } from 'vitest';
import { connectionsPage, type ShownConnection } from '../../../src/admin/pages/connections-page.js';
import { problem } from '../../../src/contract/problem.js';
import { problemView } from '../../../src/setup/view-parts.js';

const missing = problemView(problem('password-missing', { with: { user: 'a@x' } }));

function shown(own: object, healthProblem: unknown): string {
  const connection = {
    id: 'con_1',
    name: 'A',
    user: 'a@x',
    warnings: [],
    problem: missing,
    status: 'unauthorized',
    ...own,
  };
  const connector = { name: 'In', type: 'email-receive', health: { status: 'held', problem: healthProblem } };
  const each = { connection, connectors: [connector] } as unknown as ShownConnection;
  return connectionsPage([each], { next: null, notices: [], mayOperate: false }).markup;
}

const times = (text: string, words: string): number => text.split(words).length - 1;

it('tells once what stops a connection and the connectors that wait for it', () => {
  expect(times(shown({ authentication: 'basic' }, missing), missing.detail)).toBe(1);
  const other = problemView(problem('internal-error', { with: { what: 'x' } }));
  const both = shown({ authentication: 'basic' }, other);
  expect([times(both, missing.detail), times(both, other.title)]).toEqual([1, 1]);
});

it('names nobody behind an app-only connection that holds no token', () => {
  const appOnly = { authentication: 'oauth2', grant: 'clientCredentials', identity: null };
  expect(shown(appOnly, null)).toContain('nobody; the application itself gets the token');
  expect(shown({ ...appOnly, identity: 'application' }, null)).not.toContain('nobody;');
});
