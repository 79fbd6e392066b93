import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDirectorySync } from '../../../src/storage/directory-sync.js';

/** A file system whose syncs end when they are told to. */
function slowDisk() {
  const syncs: { directory: string; end: (error?: Error) => void }[] = [];
  const handles = { opened: 0, closed: 0 };
  const open = async (directory: string) => {
    handles.opened++;
    return {
      sync: () =>
        new Promise<void>((resolve, reject) => {
          syncs.push({ directory, end: (error) => (error ? reject(error) : resolve()) });
        }),
      close: async () => {
        handles.closed++;
      },
    };
  };
  return { syncs, handles, fs: { ...fs, open: open as unknown as typeof fs.open } };
}

/** Syncs once, on a disk where nothing else is under way. */
async function synced(disk: ReturnType<typeof slowDisk>, sync: (directory: string) => Promise<void>) {
  const before = disk.syncs.length;
  const done = sync('/a');
  await vi.waitFor(() => expect(disk.syncs).toHaveLength(before + 1));
  disk.syncs[before]?.end();
  await done;
}

it('serves all who come while a sync runs with the one after it, never with the one that began before them', async () => {
  const disk = slowDisk();
  const { sync } = createDirectorySync(disk.fs);
  const first = sync('/a');
  await vi.waitFor(() => expect(disk.syncs).toHaveLength(1));
  const settled = vi.fn();
  const late = [sync('/a'), sync('/a'), sync('/a')].map((each) => each.then(settled));
  disk.syncs[0]?.end();
  await first;
  await vi.waitFor(() => expect(disk.syncs).toHaveLength(2));
  expect(settled).not.toHaveBeenCalled();
  disk.syncs[1]?.end();
  await Promise.all(late);
  expect(disk.syncs).toHaveLength(2);
});

it('keeps directories apart, and lets a failure reach only those it served', async () => {
  const disk = slowDisk();
  const { sync } = createDirectorySync(disk.fs);
  const [a, b] = [sync('/a'), sync('/b')];
  await vi.waitFor(() => expect(disk.syncs).toHaveLength(2));
  const afterwards = sync('/a');
  disk.syncs[0]?.end(new Error('EIO'));
  disk.syncs[1]?.end();
  await expect(a).rejects.toThrow('EIO');
  await b;
  await vi.waitFor(() => expect(disk.syncs).toHaveLength(3));
  disk.syncs[2]?.end();
  await afterwards;
  const again = sync('/a');
  await vi.waitFor(() => expect(disk.syncs).toHaveLength(4));
  disk.syncs[3]?.end();
  await again;
});

it('opens a directory for each sync where it is not to stay open, and closes it', async () => {
  const disk = slowDisk();
  const { sync } = createDirectorySync(disk.fs);
  await synced(disk, sync);
  await synced(disk, sync);
  await vi.waitFor(() => expect(disk.handles).toEqual({ opened: 2, closed: 2 }));
});

describe('a directory that stays open', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is opened once for the syncs of its time, and anew after that', async () => {
    const disk = slowDisk();
    const { sync, close } = createDirectorySync(disk.fs, { keepOpenMs: 1_000 });
    await synced(disk, sync);
    await synced(disk, sync);
    expect(disk.handles).toEqual({ opened: 1, closed: 0 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(disk.handles).toEqual({ opened: 1, closed: 1 });
    await synced(disk, sync);
    expect(disk.handles.opened).toBe(2);
    await close();
    await vi.waitFor(() => expect(disk.handles.closed).toBe(2));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is opened anew after a sync that failed, or could not open it', async () => {
    const disk = slowDisk();
    let isGone = true;
    const open = (async (directory: string) => {
      if (isGone) throw new Error('ENOENT');
      return disk.fs.open(directory);
    }) as typeof fs.open;
    const { sync } = createDirectorySync({ ...disk.fs, open }, { keepOpenMs: 1_000 });
    await expect(sync('/a')).rejects.toThrow('ENOENT');
    isGone = false;
    const failed = sync('/a');
    await vi.waitFor(() => expect(disk.syncs).toHaveLength(1));
    disk.syncs[0]?.end(new Error('EIO'));
    await expect(failed).rejects.toThrow('EIO');
    await vi.waitFor(() => expect(disk.handles).toEqual({ opened: 1, closed: 1 }));
    const again = sync('/a');
    await vi.waitFor(() => expect(disk.syncs).toHaveLength(2));
    disk.syncs[1]?.end();
    await again;
    expect(disk.handles.opened).toBe(2);
  });
});

it('lets a sync end that is under way when the directories are closed', async () => {
  const directory = await fs.mkdtemp(path.join(tmpdir(), 'mailgrant-sync-'));
  const { sync, close } = createDirectorySync(fs, { keepOpenMs: 60_000 });
  await sync(directory);
  const [last] = await Promise.allSettled([sync(directory), close()]);
  expect(last.status).toBe('fulfilled');
  await fs.rmdir(directory);
});
