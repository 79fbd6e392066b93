import { expect, it } from 'vitest';
import { createMetrics } from '../../../src/telemetry/metrics.js';

it('answers what was counted and timed, with units in the name', async () => {
  const metrics = createMetrics();
  metrics.refreshes.add({ outcome: 'refreshed' });
  metrics.refreshes.add({ outcome: 'refreshed' }, 2);
  metrics.polls.observe({ outcome: 'ok' }, 300);
  const { text, contentType } = await metrics.scrape();
  expect(contentType).toContain('text/plain');
  expect(text).toContain('mailgrant_token_refreshes_total{outcome="refreshed"} 3');
  expect(text).toContain('mailgrant_poll_seconds_bucket{le="0.5",outcome="ok"} 1');
  expect(text).toContain('mailgrant_poll_seconds_bucket{le="0.25",outcome="ok"} 0');
});

it('asks for depths at each scrape, and answers the rest when they cannot be had', async () => {
  const metrics = createMetrics();
  let due = 1;
  metrics.watchQueues(async () => {
    if (due > 2) throw new Error('Redis is away');
    return [{ queue: 'send', due: due++, running: 0 }];
  });
  metrics.sent.add({ outcome: 'sent' });
  expect((await metrics.scrape()).text).toContain('mailgrant_queue_depth{queue="send",state="due"} 1');
  expect((await metrics.scrape()).text).toContain('mailgrant_queue_depth{queue="send",state="due"} 2');
  const { text } = await metrics.scrape();
  expect(text).not.toContain('mailgrant_queue_depth{');
  expect(text).toContain('mailgrant_messages_sent_total{outcome="sent"} 1');
});
