/** The writer of events: joins what belongs together, waits for nobody, and loses nothing in silence. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEntry } from '../../../src/activity/event-log.js';
import { createEventWriter, type EventWriter } from '../../../src/activity/event-writer.js';
import type { Log } from '../../../src/telemetry/log.js';

let writer: EventWriter;
let batches: NewEntry[][];
let warned: string[];
let isAway: boolean;
let isWatched: boolean;
/** While set, Redis takes what it is given and does not answer. */
let hang: Promise<void> | undefined;

const log = { warn: (_fields: object, message: string) => warned.push(message) } as unknown as Log;
const written = (): NewEntry[] => batches.flat();

function open(over: Partial<Parameters<typeof createEventWriter>[0]> = {}): void {
  writer = createEventWriter({
    events: {
      async append(entries) {
        await hang;
        if (isAway) throw new Error('Connection is closed.');
        batches.push([...entries]);
      },
      isWatched: async () => isWatched,
    },
    describe: async ({ kind }) => (kind === 'connector' ? { status: 'ok' } : undefined),
    log,
    ...over,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  [batches, warned, isAway, isWatched, hang] = [[], [], false, true, undefined];
  open();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('what is told within a moment', () => {
  it('of one subject is one event, with what it is now', async () => {
    for (let run = 0; run < 5; run += 1) writer.tell({ kind: 'connector', subject: 'ctr_1' });
    writer.tell({ kind: 'messages', subject: 'ctr_1' });
    expect(written()).toEqual([]);
    await vi.advanceTimersByTimeAsync(250);
    expect(batches).toEqual([
      [
        { kind: 'connector', subject: 'ctr_1', status: 'ok' },
        { kind: 'messages', subject: 'ctr_1' },
      ],
    ]);
  });

  it('and a moment later is another one', async () => {
    writer.tell({ kind: 'alerts' });
    await vi.advanceTimersByTimeAsync(250);
    writer.tell({ kind: 'alerts' });
    await vi.advanceTimersByTimeAsync(250);
    expect(written()).toHaveLength(2);
  });

  it('keeps the status of what was told last, not of what was told first', async () => {
    writer.tell({ kind: 'sign-in', subject: 'con_1', status: 'refused' });
    writer.tell({ kind: 'sign-in', subject: 'con_1', status: 'done' });
    await vi.advanceTimersByTimeAsync(250);
    expect(written()).toEqual([{ kind: 'sign-in', subject: 'con_1', status: 'done' }]);
  });

  it('is not routine where any of it is news', async () => {
    writer.tell({ kind: 'connection', subject: 'con_1' });
    writer.tell({ kind: 'connection', subject: 'con_1', status: 'authorized', isRoutine: true });
    writer.tell({ kind: 'connection', subject: 'con_2', status: 'authorized', isRoutine: true });
    await vi.advanceTimersByTimeAsync(250);
    expect(written()).toEqual([
      { kind: 'connection', subject: 'con_1' },
      { kind: 'connection', subject: 'con_2', status: 'authorized', isRoutine: true },
    ]);
  });

  it('of many subjects takes its time: two hundred events a second at most', async () => {
    const tellAll = (): void => {
      for (let id = 0; id < 1_000; id += 1) writer.tell({ kind: 'messages', subject: `ctr_${id}` });
    };
    tellAll();
    await vi.advanceTimersByTimeAsync(250);
    expect(written()).toHaveLength(1_000);
    for (let tenth = 0; tenth < 49; tenth += 1) {
      tellAll();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(written()).toHaveLength(1_000);
    await vi.advanceTimersByTimeAsync(100);
    expect(written()).toHaveLength(2_000);
    await vi.advanceTimersByTimeAsync(60_000);
    writer.tell({ kind: 'alerts' });
    await vi.advanceTimersByTimeAsync(250);
    expect(written()).toHaveLength(2_001);
  });
});

describe('while Redis is away', () => {
  it('nobody is failed or kept waiting, and everything is written once it is back, in order, once', async () => {
    isAway = true;
    writer.tell({ kind: 'setup', subject: 'one' });
    await vi.advanceTimersByTimeAsync(3_000);
    writer.tell({ kind: 'setup', subject: 'two' });
    writer.tell({ kind: 'setup', subject: 'one' });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(written()).toEqual([]);
    expect(warned).toEqual(['Redis takes no events; they wait']);
    isAway = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written()).toEqual([
      { kind: 'setup', subject: 'one' },
      { kind: 'setup', subject: 'two' },
    ]);
  });

  it('what does not fit is lost, which is logged, and marked before what follows', async () => {
    open({ mostWaiting: 3 });
    isAway = true;
    for (const subject of ['1', '2', '3', '4', '5']) writer.tell({ kind: 'setup', subject });
    await vi.advanceTimersByTimeAsync(2_000);
    isAway = false;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written()).toEqual([
      { isGap: true },
      ...['1', '2', '3'].map((subject) => ({ kind: 'setup', subject })),
    ]);
    expect(warned.at(-1)).toBe('events were lost; pages that follow them read anew');
    writer.tell({ kind: 'setup', subject: '6' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(written().filter((entry) => 'isGap' in entry)).toHaveLength(1);
  });

  it('a status that cannot be read keeps no event waiting', async () => {
    open({
      async describe({ subject }) {
        if (subject === 'broken') throw new SyntaxError('no JSON');
        return { status: 'held' };
      },
    });
    writer.tell({ kind: 'connector', subject: 'broken' });
    writer.tell({ kind: 'connector', subject: 'ctr_1' });
    await vi.advanceTimersByTimeAsync(250);
    expect(written()).toEqual([
      { kind: 'connector', subject: 'broken' },
      { kind: 'connector', subject: 'ctr_1', status: 'held' },
    ]);
  });

  it('the service stops all the same', async () => {
    hang = new Promise(() => {});
    writer.tell({ kind: 'alerts' });
    let isClosed = false;
    void writer.close().then(() => {
      isClosed = true;
    });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(isClosed).toBe(true);
  });
});

describe('a run by which nothing changed', () => {
  const connector = 'ctr_1';
  /** The first one asks in the background whether somebody looks on. */
  const noticed = async (): Promise<void> => {
    writer.routine('ctr_0');
    await vi.advanceTimersByTimeAsync(1);
  };

  it('is told of once in five seconds', async () => {
    await noticed();
    for (let second = 0; second < 10; second += 1) {
      writer.routine(connector);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    const routine = { kind: 'connector', subject: connector, status: 'ok', isRoutine: true };
    expect(written()).toEqual([routine, routine]);
  });

  it('is told of to nobody while nobody looks on', async () => {
    isWatched = false;
    await noticed();
    for (let second = 0; second < 30; second += 1) {
      writer.routine(connector);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(batches).toEqual([]);
    isWatched = true;
    await vi.advanceTimersByTimeAsync(5_000);
    await noticed();
    writer.routine(connector);
    await vi.advanceTimersByTimeAsync(250);
    expect(written()).toHaveLength(1);
  });
});

it('writes what waits as it closes, and nothing that is told afterwards', async () => {
  writer.tell({ kind: 'alerts', subject: 'alr_1', status: 'open' });
  await writer.close();
  writer.tell({ kind: 'alerts', subject: 'alr_2', status: 'open' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written()).toEqual([{ kind: 'alerts', subject: 'alr_1', status: 'open' }]);
  expect(vi.getTimerCount()).toBe(0);
});
