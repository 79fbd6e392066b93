import * as fs from 'node:fs/promises';
import { expect, it, vi } from 'vitest';
import { createDirectorySync } from '../../../src/storage/directory-sync.js';

/** A file system whose syncs end when they are told to. */
function slowDisk() {
  const syncs: { directory: string; end: (error?: Error) => void }[] = [];
  const open = async (directory: string) => ({
    sync: () =>
      new Promise<void>((resolve, reject) => {
        syncs.push({ directory, end: (error) => (error ? reject(error) : resolve()) });
      }),
    close: async () => {},
  });
  return { syncs, fs: { ...fs, open: open as unknown as typeof fs.open } };
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
