/** What the API answers, as far as the CLI shows it (the whole is in /api/openapi.json). */
import type { Versioned } from './api-client.js';
import type { ShownProblem } from './failures.js';

export interface ShownApplication extends Versioned {
  name: string;
  provider: string;
  tenant?: string;
  issuer?: string;
  clientId: string;
  clientAuth: {
    method: string;
    expiresAt?: string;
    secondExpiresAt?: string;
    secondSecret?: string;
    transport?: string;
    algorithm?: string;
    subject?: string;
    thumbprint?: string;
    identity?: string;
    source?: string;
    file?: string;
    audience?: string;
    identityClientId?: string;
  };
  callbackUrl: string;
  problem: ShownProblem | null;
  /** Absent at a service older than this client. */
  warnings?: ShownProblem[];
}

interface ShownEndpoint {
  host: string;
  port: number;
  tlsType: string;
}

export interface ShownConnection extends Versioned {
  name: string;
  authentication: string;
  application?: string;
  user: string;
  /** Absent at a service older than this client, as tokenMode. */
  grant?: string;
  tokenMode?: string;
  status: string;
  problem: ShownProblem | null;
  refreshProblem: ShownProblem | null;
  /** Absent at a service older than this client. */
  warnings?: ShownProblem[];
  /** Absent at a service older than this client. */
  identity?: string | null;
  authenticatedUser: string | null;
  grantedScope: string[];
  accessTokenExpiresAt: string | null;
  lastRefreshAt: string | null;
  imap?: ShownEndpoint;
  smtp?: ShownEndpoint;
}

export interface ShownDevice {
  state: string;
  userCode?: string;
  verificationUri?: string;
  verificationUriComplete?: string;
  expiresAt?: string;
  user?: string;
  problem: ShownProblem | null;
}

export interface ShownSetup {
  cmdlets: string[];
  toFillIn: { placeholder: string; where: string }[];
  notes: string[];
}

export interface ShownConnector extends Versioned {
  name: string;
  type: string;
  connection: string;
  enabled: boolean;
  settings: Record<string, unknown>;
  health: {
    status: string;
    lastSuccessAt: string | null;
    lastRunAt: string | null;
    nextRunAt: string | null;
    failures: number;
    problem: ShownProblem | null;
  };
}

interface ShownLogEntry {
  at: string;
  status: string;
  attempt?: number;
  reply?: string;
  problem?: ShownProblem;
  rejected?: { address: string; reply: string }[];
  retryAt?: string;
  by?: string;
}

export interface ShownMessage {
  id: string;
  connector: string;
  connection: string;
  direction: string;
  status: string;
  createdAt: string;
  messageId: string | null;
  serverMessageId?: string;
  from: string;
  to: string[];
  subject: string;
  size: number;
  sendAt?: string;
  nextAttemptAt?: string;
  attempts: number;
  problem: ShownProblem | null;
  mailbox?: string;
  uid?: number;
  log: ShownLogEntry[];
}

export interface ShownApiKey {
  id: string;
  name: string;
  scopes: string[];
  createdAt: string;
}

export interface ShownPerson {
  id: string;
  version: number;
  name: string;
  role: string;
  status: string;
  openId?: { issuer: string; subject: string } | null;
  invitedUntil: string | null;
  lastSignInAt: string | null;
  createdAt: string;
}

export interface ShownRemovedPerson {
  id: string;
  name: string;
  issuer: string;
  removedAt: string;
}

export interface ShownInvitation {
  person: ShownPerson;
  url: string;
  expiresAt: string;
}

export interface ShownAlert {
  id: string;
  kind: string;
  severity: string;
  status: string;
  subject: { type: string; id?: string; name: string };
  problem: ShownProblem;
  affects: { what: string; count: number; names: string[] } | null;
  openedAt: string;
  resolvedAt: string | null;
}

export interface ShownAlertChannel extends Versioned {
  name: string;
  type: string;
  enabled: boolean;
  minimumSeverity: string;
  only?: string[];
  url?: string;
  connector?: string;
  to?: string[];
  delivery: {
    waiting: number;
    nextAttemptAt: string | null;
    lastSuccessAt: string | null;
    message: string | null;
    problem: ShownProblem | null;
  };
}
