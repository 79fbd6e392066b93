/** Wires the audit trail. */
import { createAuditTrail } from '../audit/audit-trail.js';
import type { Parts } from './parts.js';

export const wireAudit = ({ config, storage, log }: Parts) =>
  createAuditTrail({ redis: storage.redis.client, log, retentionMs: config.auditRetentionMs });
