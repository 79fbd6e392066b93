/** The service's metrics, in Prometheus's text format at /metrics. Labels have few values: never an address, never an id. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A number that only grows, by one per event of the given labels. */
export interface Count<Label extends string> {
  add(labels: Record<Label, string>, by?: number): void;
}

export interface Duration<Label extends string> {
  /** @param ms how long it took, milliseconds */
  observe(labels: Record<Label, string>, ms: number): void;
}

export interface Metrics {
  /** outcome: refreshed, kept (a passing failure), ended (the grant), application-failed */
  readonly refreshes: Count<'outcome'>;
  /** outcome: delivered, filtered, retried, quarantined */
  readonly received: Count<'outcome'>;
  /** outcome: sent, retried, failed, uncertain, held */
  readonly sent: Count<'outcome'>;
  /** code of the catalogue */
  readonly problems: Count<'code'>;
  /** protocol: oauth, imap, smtp */
  readonly unknownReplies: Count<'protocol'>;
  /** outcome: ok, failed */
  readonly polls: Duration<'outcome'>;
  /** method, route (its pattern), status (of the answer) */
  readonly requests: Duration<'method' | 'route' | 'status'>;
  /** Is asked for the depths of the queues at each scrape. */
  watchQueues(depths: () => Promise<{ queue: string; due: number; running: number }[]>): void;
  /** Is asked at each scrape how many alerts are open, by kind. */
  watchAlerts(open: () => Promise<ReadonlyMap<string, number>>): void;
  /** The text that /metrics answers, and its content type. */
  scrape(): Promise<{ contentType: string; text: string }>;
}

const DURATION_BUCKETS_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** @param options `processMetrics`: also those of Node and the process (memory, event loop, descriptors) */
export function createMetrics(options: { processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics) collectDefaultMetrics({ register: registry });

  const count = <Label extends string>(name: string, help: string, labels: Label[]): Count<Label> => {
    const counter = new Counter({ name, help, labelNames: labels, registers: [registry] });
    return { add: (values, by = 1) => counter.inc(values, by) };
  };
  const duration = <Label extends string>(name: string, help: string, labels: Label[]): Duration<Label> => {
    const buckets = DURATION_BUCKETS_SECONDS;
    const histogram = new Histogram({ name, help, labelNames: labels, buckets, registers: [registry] });
    return { observe: (values, ms) => histogram.observe(values, ms / 1000) };
  };

  const unknownReplies = count(
    'mailgrant_unknown_replies_total',
    'Replies of foreign servers that no table knows; they were taken by their class.',
    ['protocol'],
  );
  // From the start at 0: whoever watches for growth sees the first one grow.
  for (const protocol of ['oauth', 'imap', 'smtp']) unknownReplies.add({ protocol }, 0);

  return {
    refreshes: count('mailgrant_token_refreshes_total', 'Token refreshes by outcome.', ['outcome']),
    received: count('mailgrant_messages_received_total', 'Inbound messages by outcome.', ['outcome']),
    sent: count('mailgrant_messages_sent_total', 'Outbound attempts by outcome.', ['outcome']),
    problems: count('mailgrant_problems_total', 'Problems raised, by code.', ['code']),
    unknownReplies,
    polls: duration('mailgrant_poll_seconds', 'How long a poll of a mailbox took.', ['outcome']),
    requests: duration('mailgrant_http_request_seconds', 'How long a request to the admin API took.', [
      'method',
      'route',
      'status',
    ]),
    watchQueues(depths) {
      gauge(registry, 'mailgrant_queue_depth', 'Subjects due or running, by queue.', async () =>
        (await depths()).flatMap(({ queue, due, running }) => [
          { labels: { queue, state: 'due' }, value: due },
          { labels: { queue, state: 'running' }, value: running },
        ]),
      );
    },
    watchAlerts(open) {
      gauge(registry, 'mailgrant_open_alerts', 'Alerts that are open, by kind.', async () =>
        [...(await open())].map(([kind, value]) => ({ labels: { kind }, value })),
      );
    },
    scrape: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** A gauge that is read when it is scraped; one that cannot be read (Redis away) is left out, and the others are answered. */
function gauge(registry: Registry, name: string, help: string, read: () => Promise<Sample[]>): void {
  new Gauge({
    name,
    help,
    labelNames: ['queue', 'state', 'status', 'kind'],
    registers: [registry],
    async collect() {
      const samples = await read().catch(() => []);
      this.reset();
      for (const { labels, value } of samples) this.set(labels, value);
    },
  });
}
