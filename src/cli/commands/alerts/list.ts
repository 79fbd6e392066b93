/** mailgrant alerts list */
import type { Page } from '../../api-client.js';
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { LIST_OPTIONS, listText } from '../../list-options.js';
import type { ShownAlert } from '../../shown.js';
import { table, time } from '../../text.js';

export const listAlerts = command({
  name: 'alerts list',
  summary: 'List alerts: those that are open and those that were resolved last, newest first.',
  options: {
    open: { kind: 'flag', meaning: 'Only those that are open.' },
    resolved: { kind: 'flag', meaning: 'Only those that are over.' },
    ...LIST_OPTIONS,
  },
  async run({ options, api, show }) {
    const { open, resolved, limit, cursor } = options;
    if (open && resolved) throw new UsageError('Give one of --open and --resolved.');
    const status = open ? 'open' : resolved ? 'resolved' : undefined;
    const answer = await api.call<Page<ShownAlert>>('GET', '/alerts', { query: { limit, cursor, status } });
    const columns = {
      since: (one: ShownAlert) => time(one.openedAt),
      'over at': (one: ShownAlert) => time(one.resolvedAt),
      severity: (one: ShownAlert) => one.severity,
      what: (one: ShownAlert) => one.problem.title,
      of: (one: ShownAlert) => one.subject.name,
      id: (one: ShownAlert) => one.subject.id,
      stops: stopped,
    };
    show(answer, (page) => listText(table(page.items, columns, 'There are no alerts.'), page));
  },
});

/** Connections or connectors, counted. */
const stopped = ({ affects }: ShownAlert): string | undefined =>
  affects
    ? `${affects.count} ${affects.count === 1 ? affects.what.replace(/s$/, '') : affects.what}`
    : undefined;
