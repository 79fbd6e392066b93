/** The live connection of a page: held while somebody may look, gone on with after that, and what each change has read anew. */
import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { liveState, watchChanges } from '../../../../src/admin/ui/api/changes.js';

/** The browser's, as far as it is used. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Source.all.push(this);
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
  says(type: string, lastEventId: string, data: object = {}): void {
    this.dispatchEvent(new MessageEvent(type, { lastEventId, data: JSON.stringify(data) }));
  }
  breaks(): void {
    this.readyState = Source.CLOSED;
    this.dispatchEvent(new Event('error'));
  }
}

const newest = (): Source => Source.all.at(-1) ?? new Source('none');
const open = (): Source[] => Source.all.filter(({ readyState }) => readyState !== Source.CLOSED);

let page: EventTarget & { visibilityState: string };
function look(visibilityState: 'visible' | 'hidden'): void {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
}

let client: QueryClient;
let end: () => void;
const watch = (): void => {
  end = watchChanges(client);
};

beforeEach(() => {
  vi.useFakeTimers();
  Source.all = [];
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('EventSource', Source);
  vi.stubGlobal('document', page);
  client = new QueryClient();
});
afterEach(() => {
  end();
  client.clear();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('a page that nobody looks at', () => {
  it('keeps its stream for a moment, lets go of it, and goes on after the last event when it is shown', () => {
    watch();
    newest().says('ready', '5-0');
    newest().says('change', '7-0', { kind: 'alerts', subject: null });
    look('hidden');
    vi.advanceTimersByTime(9_000);
    look('visible');
    vi.advanceTimersByTime(60_000);
    expect(Source.all).toHaveLength(1);
    expect(open()).toHaveLength(1);

    look('hidden');
    vi.advanceTimersByTime(10_000);
    expect(open()).toEqual([]);
    expect(liveState.get()).toBe('live');
    look('visible');
    expect(open().map(({ url }) => url)).toEqual(['/api/v1/events?lastEventId=7-0']);
  });

  it('holds none from the start, once it knows where to go on from', () => {
    page.visibilityState = 'hidden';
    watch();
    vi.advanceTimersByTime(60_000);
    expect(open()).toHaveLength(1);
    newest().says('ready', '5-0');
    expect(open()).toEqual([]);
    look('visible');
    expect(open().map(({ url }) => url)).toEqual(['/api/v1/events?lastEventId=5-0']);
  });

  it('does not ask for a stream that broke, until it is shown', () => {
    watch();
    newest().says('ready', '5-0');
    look('hidden');
    vi.advanceTimersByTime(9_000);
    newest().breaks();
    expect(liveState.get()).toBe('lost');
    vi.advanceTimersByTime(60_000);
    expect(Source.all).toHaveLength(1);
    look('visible');
    expect(open()).toHaveLength(1);
    newest().says('ready', '6-0');
    expect(liveState.get()).toBe('live');
  });
});

it('asks again for a stream that broke, and reads everything anew but what was opened in the name of who looks', async () => {
  const asked: string[] = [];
  const observed = (name: string, staleTime: number | 'static') =>
    new QueryObserver(client, { queryKey: [name], queryFn: () => asked.push(name), staleTime }).subscribe(
      () => {},
    );
  const leave = [observed('alerts', 1_000_000), observed('content', 'static')];
  watch();
  newest().says('ready', '5-0');
  await vi.advanceTimersByTimeAsync(10);
  expect(asked).toEqual(['alerts', 'content']);
  newest().breaks();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(Source.all.map(({ url }) => url)).toEqual(['/api/v1/events', '/api/v1/events?lastEventId=5-0']);
  newest().says('ready', '5-0');
  await vi.advanceTimersByTimeAsync(10);
  expect(asked).toEqual(['alerts', 'content', 'alerts']);
  for (const each of leave) each();
});

it('has an open connector read anew when the application behind it changes', () => {
  client.setQueryData(['connectors', 'ctr_1'], {});
  client.setQueryData(['messages', 'msg_1'], {});
  const isStale = (...key: string[]) => client.getQueryState(key)?.isInvalidated;
  watch();
  newest().says('ready', '5-0');
  newest().says('change', '6-0', { kind: 'application', subject: 'app_1' });
  vi.advanceTimersByTime(400);
  expect(isStale('connectors', 'ctr_1')).toBe(true);
  expect(isStale('messages', 'msg_1')).toBe(false);
});
