/** How far the budgets of mailboxes are used: of each mailbox that mail is sent from, once, whatever shares it. */
import { type Clock, systemClock } from '../contract/clock.js';
import type { ConnectionId, MailboxKey } from '../contract/ids.js';
import type { ProviderLimits, ProviderPreset } from '../contract/provider.js';
import type { Connections } from '../setup/connections.js';
import type { Connectors } from '../setup/connectors.js';
import type { Connection } from '../setup/model.js';
import type { Page } from '../setup/page.js';
import type { RedisClient } from '../storage/redis.js';
import { usedBudget } from './budget.js';
import { effectiveLimits, sendSettings } from './send-settings.js';
import { usedSmtpSlots } from './smtp-slots.js';

/** What is used of a limit. */
export interface Share {
  used: number;
  limit: number;
}

export interface MailboxBudget {
  /** The mailbox address, as the first of its connections has it. */
  user: string;
  connections: { id: ConnectionId; name: string }[];
  /** Messages of the last 60 seconds. */
  minute: Share;
  /** Recipients of the last 24 hours. */
  day: Share;
  smtpConnections: Share;
}

export interface MailboxBudgets {
  /** By creation of the mailbox's first connection; a page may hold less than its limit. */
  page(options: { after?: string; limit: number }): Promise<Page<MailboxBudget>>;
}

export interface MailboxBudgetsDependencies {
  redis: RedisClient;
  connections: Pick<Connections, 'list' | 'ofMailbox' | 'connectors'>;
  connectors: Pick<Connectors, 'read' | 'typeOf'>;
  presetOf(connection: Connection): Promise<ProviderPreset>;
  clock?: Clock;
}

export function createMailboxBudgets(deps: MailboxBudgetsDependencies): MailboxBudgets {
  const { redis, connections, connectors, clock = systemClock } = deps;

  return {
    async page(options) {
      const { items, next } = await connections.list(options);
      const found = await Promise.all(items.map(budgetOf));
      return { items: found.filter((each) => each !== undefined), next };
    },
  };

  /** @returns `undefined` where nothing is sent, and where another connection of the mailbox stands for it */
  async function budgetOf(connection: Connection): Promise<MailboxBudget | undefined> {
    const { mailboxKey } = connection.authorization;
    const sharing = await connections.ofMailbox(mailboxKey);
    const [first] = sharing;
    if (first && first.id !== connection.id) return undefined;
    const limits = (await Promise.all(sharing.map(limitsOf))).flat();
    if (limits.length === 0) return undefined;
    return {
      user: connection.settings.user,
      connections: sharing.map(({ id, settings }) => ({ id, name: settings.name })),
      ...(await usedOf(mailboxKey, limits)),
    };
  }

  /** Limits of each sender of a connection. */
  async function limitsOf(connection: Connection): Promise<ProviderLimits[]> {
    const ids = await connections.connectors(connection.id);
    const found = await Promise.all(ids.map((id) => connectors.read(id).catch(() => undefined)));
    const senders = found.filter(
      (each) => each !== undefined && connectors.typeOf(each).direction === 'send',
    );
    if (senders.length === 0) return [];
    const preset = await deps.presetOf(connection);
    return senders.map((each) => effectiveLimits(preset.limits, sendSettings(each?.settings ?? {})));
  }

  async function usedOf(mailbox: MailboxKey, limits: readonly ProviderLimits[]) {
    const now = clock.now();
    const [{ minute, day }, slots] = await Promise.all([
      usedBudget(redis, mailbox, now),
      usedSmtpSlots(redis, mailbox, now),
    ]);
    const most = (limit: (of: ProviderLimits) => number): number => Math.max(...limits.map(limit));
    return {
      minute: { used: minute, limit: most((of) => of.messagesPerMinute) },
      day: { used: day, limit: most((of) => of.recipientsPerDay) },
      smtpConnections: { used: slots, limit: most((of) => of.smtpConnections) },
    };
  }
}
