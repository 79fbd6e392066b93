/** Wires the audit trail, and what is written down of acts that no request makes. */
import type { AuditTrail } from '../audit/audit-trail.js';
import { createAuditTrail } from '../audit/audit-trail.js';
import type { ConnectionId } from '../contract/ids.js';
import type { DeviceEnd } from '../oauth/device/device-sign-in.js';
import type { Parts } from './parts.js';

export const wireAudit = ({ config, storage, log }: Parts) =>
  createAuditTrail({ redis: storage.redis.client, log, retentionMs: config.auditRetentionMs });

/** Whoever enters a device code does so elsewhere; the service finds out by asking. */
export const auditDeviceSignIns =
  (trail: AuditTrail) =>
  (id: ConnectionId, { user, problem }: DeviceEnd): Promise<void> =>
    trail.record('operations', {
      actor: user === undefined ? { kind: 'anonymous' } : { kind: 'person', id: user },
      from: 'here',
      action: 'connection.sign-in',
      subject: { kind: 'connection', id },
      outcome: problem ? 'refused' : 'done',
      ...(problem && { problem: problem.code, detail: problem.detail }),
    });
