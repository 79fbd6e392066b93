import { expect, it } from 'vitest';
import { problem } from '../../../src/contract/problem.js';
import { countPoll, countRefresh, countSent, countSettled } from '../../../src/telemetry/count-outcomes.js';
import { createMetrics } from '../../../src/telemetry/metrics.js';

it('counts what was sent, received and refused, each problem by its code', async () => {
  const metrics = createMetrics();
  countSent(metrics)({ status: 'sent', problem: undefined });
  countSent(metrics)({ status: 'held', problem: problem('mailbox-full', { with: { user: 'a' } }) });
  countSettled(metrics)({ delivered: 3, quarantined: 1 });
  countPoll(metrics)({
    durationMs: 20,
    result: {
      problem: problem('post-processing-failed', { with: { action: 'move', uid: 1 } }),
    },
  });
  countPoll(metrics)({
    durationMs: 3_000,
    problem: problem('imap-unavailable', { with: { host: 'h', what: 'w' } }),
  });
  countRefresh(metrics)('refreshed');
  countRefresh(metrics)('ended', problem('grant-revoked', { with: { user: 'a' } }));
  const { text } = await metrics.scrape();
  for (const line of [
    'mailgrant_messages_sent_total{outcome="held"} 1',
    'mailgrant_messages_received_total{outcome="delivered"} 3',
    'mailgrant_problems_total{code="mailbox-full"} 1',
    'mailgrant_problems_total{code="post-processing-failed"} 1',
    'mailgrant_problems_total{code="imap-unavailable"} 1',
    'mailgrant_poll_seconds_count{outcome="failed"} 1',
    'mailgrant_token_refreshes_total{outcome="refreshed"} 1',
    'mailgrant_problems_total{code="grant-revoked"} 1',
  ])
    expect(text).toContain(line);
});
