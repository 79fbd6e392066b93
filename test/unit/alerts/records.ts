/** Facts of a small service, for tests of what alerts are found in them. */
import type { Condition } from '../../../src/alerts/alert.js';
import type { ApplicationFacts, ConnectionFacts, ConnectorFacts, Facts } from '../../../src/alerts/facts.js';
import type { ApplicationId, ConnectionId, ConnectorId } from '../../../src/contract/ids.js';
import { problem } from '../../../src/contract/problem.js';

export const NOW = Date.UTC(2026, 10, 21, 12);
export const MINUTE = 60_000;
export const DAY = 86_400_000;

export const revoked = problem('grant-revoked', { with: { user: 'a@x' } });
export const unavailable = problem('token-endpoint-unavailable', {
  with: { host: 'login.x', what: 'ECONNREFUSED' },
});
export const failure = problem('client-secret-expired', { with: { application: 'Contoso', clientId: 'c' } });
export const webhookDown = problem('webhook-unreachable', {
  with: { url: 'https://x/', what: 'ECONNREFUSED' },
});

export const application = (over: Partial<ApplicationFacts> = {}): ApplicationFacts => ({
  id: 'app_1' as ApplicationId,
  name: 'Contoso',
  failure: undefined,
  warnings: [],
  ...over,
});

export const connection = (number: number, over: Partial<ConnectionFacts> = {}): ConnectionFacts => ({
  id: `con_${number}` as ConnectionId,
  name: `Box ${number}`,
  user: `box${number}@contoso.example`,
  application: 'app_1' as ApplicationId,
  status: 'authorized',
  problem: undefined,
  refreshProblem: undefined,
  accessTokenExpiresAt: NOW + 60 * MINUTE,
  warnings: [],
  ...over,
});

/** Bound to the connection of the same number. */
export const connector = (number: number, over: Partial<ConnectorFacts> = {}): ConnectorFacts => ({
  id: `ctr_${number}` as ConnectorId,
  name: `Orders ${number}`,
  connection: `con_${number}` as ConnectionId,
  enabled: true,
  status: 'ok',
  problem: undefined,
  failures: 0,
  lastSuccessAt: NOW - MINUTE,
  quarantined: 0,
  ...over,
});

export const facts = (given: {
  applications?: ApplicationFacts[];
  connections?: ConnectionFacts[];
  connectors?: ConnectorFacts[];
  service?: string[];
}): Facts => ({
  applications: new Map((given.applications ?? [application()]).map((each) => [each.id, each])),
  connections: new Map((given.connections ?? []).map((each) => [each.id, each])),
  connectors: given.connectors ?? [],
  service: given.service ?? [],
});

export const condition = (over: Partial<Condition> = {}): Condition => ({
  key: 'connector:ctr_1',
  kind: 'connector-failing',
  severity: 'warning',
  level: 0,
  subject: { type: 'connector', id: 'ctr_1' as ConnectorId, name: 'Orders' },
  problem: webhookDown,
  holdsMs: 0,
  clearsMs: 0,
  ...over,
});
