/**
 * Alerts: what operators have to know, told once when it begins and once when it is over.
 *
 * Each minute, and soon after a change, one process looks at all records (evaluate), changes what is open and queues what
 * each channel is to be told, in one step; then each channel is told what waits for it (deliver). Both go on where a
 * killed process left off.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import { type AlertChannelId, type MessageId, newAlertId } from '../contract/ids.js';
import { ProblemError, problem } from '../contract/problem.js';
import type { Outbox } from '../send/outbox.js';
import type { AlertChannel } from '../setup/alert-channel-record.js';
import type { AlertChannels } from '../setup/alert-channels.js';
import type { AlertState } from './alert.js';
import { createAlertStore } from './alert-store.js';
import { type AlertView, alertView } from './alert-view.js';
import { type AlertChannelView, alertChannelView } from './channel-view.js';
import { type DeliverDeps, deliver } from './deliver.js';
import { createDeliveryStore } from './delivery-store.js';
import { type EvaluateDeps, evaluate } from './evaluate.js';
import { noticeOf } from './notice.js';
import { createSoon, type Soon } from './soon.js';
import { type Told, tell } from './tell.js';

export interface AlertsDeps
  extends Omit<EvaluateDeps, 'store' | 'clock' | 'connections' | 'applications' | 'connectors' | 'channels'>,
    Omit<
      DeliverDeps,
      'deliveries' | 'store' | 'clock' | 'connections' | 'applications' | 'connectors' | 'channels'
    > {
  applications: EvaluateDeps['applications'] & DeliverDeps['applications'];
  connections: EvaluateDeps['connections'] & DeliverDeps['connections'];
  connectors: EvaluateDeps['connectors'] & DeliverDeps['connectors'];
  channels: Pick<AlertChannels, 'all' | 'read' | 'secret'>;
  outbox: Pick<Outbox, 'accept' | 'read'>;
  clock?: Clock;
  /** How soon after a change it looks; ms. */
  soonMs?: number;
}

export interface Alerts {
  /** One look at everything, and then whatever is to be told. Safe to repeat, from any process. */
  run(signal: AbortSignal): Promise<void>;
  /** Something changed that alerts may be about: looks soon. */
  changed(): void;
  /** A channel was made, changed or deleted: what failed before says nothing any more. */
  channelChanged(id: AlertChannelId): Promise<void>;
  /** Open and resolved alerts, newest first. @param options `after`: `next` of the page before */
  list(options: {
    status?: 'open' | 'resolved';
    after?: string;
    limit: number;
  }): Promise<{ items: AlertView[]; next: string | undefined }>;
  /** How many alerts are open, by kind. */
  openCounts(): Promise<Map<string, number>>;
  view(channel: AlertChannel): Promise<AlertChannelView>;
  /**
   * Sends a test alert over a channel, past whatever waits for it.
   * @throws ProblemError `alert-channel-unreachable`, `alert-channel-refused`, `alert-mail-refused`
   */
  test(channel: AlertChannel): Promise<{ id: string } & Told>;
  /** Ends what is under way, and waits for it. */
  close(): Promise<void>;
}

const SOON_MS = 2_000;
/** Looks at everything take at most a tenth of the time, however often something changes. */
const LOOK_REST_FACTOR = 10;
const TEST_DEADLINE_MS = 20_000;

export function createAlerts(deps: AlertsDeps): Alerts {
  const { redis, channels, outbox, publicUrl, log, clock = systemClock } = deps;
  const store = createAlertStore(redis);
  const deliveries = createDeliveryStore(redis);
  const all = { ...deps, clock, store, deliveries };
  const closing = new AbortController();

  /** Each channel by itself: one that is dead or slow keeps only itself waiting. */
  const deliveriesTo = new Map<AlertChannelId, Soon>();
  const deliverySoon = (id: AlertChannelId): Soon => {
    const known = deliveriesTo.get(id);
    if (known) return known;
    const soon = createSoon({
      async work() {
        const channel = await channelIfThere(id);
        const waitMs = channel && (await deliver(all, channel, closing.signal));
        if (waitMs !== undefined) soon.in(waitMs);
        if (channel) return;
        await deliveries.clear(id);
        deliveriesTo.delete(id);
      },
      onError: (error) =>
        log.warn({ channel: id, err: error }, 'a channel could not be told; it is within a minute'),
    });
    deliveriesTo.set(id, soon);
    return soon;
  };
  const deliverAll = async (): Promise<void> => {
    const gone = new Set(deliveriesTo.keys());
    for await (const { id } of channels.all()) {
      gone.delete(id);
      deliverySoon(id).in(0);
    }
    // What was on its way as they were deleted was written after that.
    for (const id of gone) deliverySoon(id).in(0);
  };
  const lookSoon = createSoon({
    async work() {
      if (await evaluate(all, closing.signal)) await deliverAll();
    },
    onError: (error) => log.warn({ err: error }, 'alerts could not be looked at; they are within a minute'),
    restFactor: LOOK_REST_FACTOR,
  });

  return {
    async run(signal) {
      await evaluate(all, AbortSignal.any([signal, closing.signal]));
      // Not waited for: a channel that answers slowly must not keep the reconciler.
      await deliverAll();
    },
    changed: () => lookSoon.in(deps.soonMs ?? SOON_MS),
    async channelChanged(id) {
      const isThere = (await channelIfThere(id)) !== undefined;
      await (isThere ? deliveries.retryNow(id) : deliveries.clear(id));
      if (isThere) deliverySoon(id).in(0);
    },

    async list({ status, after, limit }) {
      const open = status === 'resolved' ? [] : await openAlerts();
      const from = open.filter(({ id }) => after === undefined || id < after);
      const resolved =
        status === 'open' ? [] : await store.resolved({ limit: limit + 1, ...(after && { after }) });
      const merged = [...from, ...resolved].sort((a, b) => (a.id < b.id ? 1 : -1));
      const items = merged.slice(0, limit).map((alert) => alertView(alert, publicUrl));
      return { items, next: merged.length > limit ? items.at(-1)?.id : undefined };
    },
    async openCounts() {
      const counts = new Map<string, number>();
      for (const { condition } of await openAlerts())
        counts.set(condition.kind, (counts.get(condition.kind) ?? 0) + 1);
      return counts;
    },
    async view(channel) {
      const [delivery, waiting] = await Promise.all([
        deliveries.read(channel.id),
        deliveries.waitingCount(channel.id),
      ]);
      const { message: id } = delivery;
      const message =
        id === undefined ? undefined : await outbox.read(id as MessageId).catch(() => undefined);
      return alertChannelView(channel, { delivery, waiting, message });
    },
    async test(channel) {
      const notice = noticeOf([{ type: 'opened', alert: testAlert() }], clock.now());
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(TEST_DEADLINE_MS)]);
      const told = await tell(
        all,
        { channel, notice: { ...notice, type: 'alert.test' } },
        { waiting: 0, signal },
      );
      return { id: notice.id, ...told };
    },
    async close() {
      closing.abort(new Error('shutting down'));
      await Promise.all([lookSoon, ...deliveriesTo.values()].map((soon) => soon.close()));
    },
  };

  async function channelIfThere(id: AlertChannelId): Promise<AlertChannel | undefined> {
    return channels.read(id).catch((error) => {
      if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined;
      throw error;
    });
  }

  async function openAlerts(): Promise<AlertState[]> {
    const states = [...(await store.read()).values()].map(({ state }) => state);
    return states.filter(({ openedAt }) => openedAt !== undefined);
  }

  function testAlert(): AlertView {
    const now = clock.now();
    const condition: AlertState['condition'] = {
      key: 'test',
      kind: 'service',
      severity: 'warning',
      level: 0,
      subject: { type: 'service', name: 'Mailgrant' },
      problem: problem('alert-test'),
      holdsMs: 0,
      clearsMs: 0,
    };
    return alertView(
      { id: newAlertId(), condition, firstSeenAt: now, openedAt: now, channels: [] },
      publicUrl,
    );
  }
}
