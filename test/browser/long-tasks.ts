/**
 * Tasks of a page that hold it up: of more than 50 ms, as the Long Tasks API counts them, and not only by the clock. On a
 * machine that does other work as well, any task may be kept waiting; Chromium's trace says how long it really ran.
 */
import type { Browser, Page } from 'playwright-core';

export const LONG_MS = 50;

export interface Task {
  /** By the clock. */
  ms: number;
  /** That it ran, on a processor. */
  cpuMs: number;
  /** The longest of what ran in it. */
  of: string[];
}

/** Of the trace; times in µs. */
interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string; data?: { functionName?: string; url?: string; type?: string } };
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'];
const NAMED = 3;

/**
 * @param act what is done meanwhile
 * @returns every task of the page's main thread; the longest first
 */
export async function tasksDuring(
  browser: Browser,
  page: Page,
  act: () => Promise<unknown>,
): Promise<{ all: number; long: Task[] }> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const { traceEvents } = JSON.parse(String(await browser.stopTracing())) as { traceEvents: TraceEvent[] };
  const { pid } = busiest(traceEvents);
  const main = traceEvents.find(
    (each) => each.pid === pid && each.name === 'thread_name' && each.args.name === 'CrRendererMain',
  );
  const events = traceEvents.filter((each) => each.pid === pid && each.tid === main?.tid && each.ph === 'X');
  const tasks = events.filter(({ name }) => name === 'RunTask');
  const long = tasks
    .filter(({ dur = 0, tdur = 0 }) => Math.min(dur, tdur) > LONG_MS * 1_000)
    .map((task) => ({
      ms: Math.round((task.dur ?? 0) / 1_000),
      cpuMs: Math.round((task.tdur ?? 0) / 1_000),
      of: insideOf(task, events),
    }))
    .sort((one, other) => other.cpuMs - one.cpuMs);
  return { all: tasks.length, long };
}

/** The renderer that has the page: other tabs have nothing to do. */
function busiest(events: readonly TraceEvent[]): { pid: number } {
  const counts = new Map<number, number>();
  for (const { pid, name } of events)
    if (name === 'FunctionCall' || name === 'EventDispatch') counts.set(pid, (counts.get(pid) ?? 0) + 1);
  const [first] = [...counts].sort(([, one], [, other]) => other - one);
  return { pid: first?.[0] ?? 0 };
}

function insideOf(task: TraceEvent, events: readonly TraceEvent[]): string[] {
  const end = task.ts + (task.dur ?? 0);
  return events
    .filter((each) => each !== task && each.ts >= task.ts && each.ts + (each.dur ?? 0) <= end)
    .filter(({ name }) => !name.includes('RunTask'))
    .sort((one, other) => (other.tdur ?? 0) - (one.tdur ?? 0))
    .slice(0, NAMED)
    .map(
      ({ name, tdur = 0, args }) =>
        `${name} ${args.data?.functionName ?? args.data?.type ?? ''} ${Math.round(tdur / 1_000)} ms`,
    );
}
