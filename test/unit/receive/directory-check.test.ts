import * as nodeFs from 'node:fs/promises';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDirectory } from '../../../src/receive/destinations/directory-check.js';
import type { FileSystem } from '../../../src/storage/file-system.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'mailgrant-check-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const failure = (code: string): Error => Object.assign(new Error(code), { code });

/** A disk on which one step fails. */
const diskThat = (fails: { at: 'open' | 'write' | 'sync' | 'unlink'; code: string }): FileSystem => ({
  ...nodeFs,
  open: (async (file: string, flags: string, mode?: number) => {
    if (fails.at === 'open' && flags !== 'r') throw failure(fails.code);
    const handle = await nodeFs.open(file, flags, mode);
    if (fails.at === 'write') handle.writeFile = () => Promise.reject(failure(fails.code));
    if (fails.at === 'sync' && flags !== 'r') handle.sync = () => Promise.reject(failure(fails.code));
    return handle;
  }) as FileSystem['open'],
  unlink: async (file) => {
    if (fails.at === 'unlink') throw failure(fails.code);
    await nodeFs.unlink(file);
  },
});

describe('a directory that is checked', () => {
  it('is left as it was when it takes files', async () => {
    expect(await checkDirectory(directory)).toContain(directory);
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    { at: 'open', code: 'EROFS' },
    { at: 'write', code: 'ENOSPC' },
    { at: 'sync', code: 'EDQUOT' },
  ] as const)('says $code of a disk that fails at $at, and leaves nothing behind', async (fails) => {
    await expect(checkDirectory(directory, diskThat(fails))).rejects.toMatchObject({ code: fails.code });
    expect(await readdir(directory)).toEqual([]);
  });

  it('that lets files be made and not removed is no destination: a message appears by a rename', async () => {
    const disk = diskThat({ at: 'unlink', code: 'EPERM' });
    await expect(checkDirectory(directory, disk)).rejects.toMatchObject({ code: 'EPERM' });
  });
});
