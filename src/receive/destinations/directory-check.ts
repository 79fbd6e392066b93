/** Whether a directory takes files, found out by making one: permissions, quotas and full disks show in no other way. */
import * as nodeFs from 'node:fs/promises';
import path from 'node:path';
import { createDirectorySync } from '../../storage/directory-sync.js';
import type { FileSystem } from '../../storage/file-system.js';
import { temporaryName } from './temporary-files.js';

/** A block: one byte might still find room in what the file system has set aside. */
const CHECK_BYTES = 4_096;

/**
 * Makes a file, fsyncs it and its directory, and removes it.
 * @param fs for tests, whose disks are full when they want
 * @returns what was done, in words
 * @throws what the file system says
 */
export async function checkDirectory(directory: string, fs: FileSystem = nodeFs): Promise<string> {
  const temporary = path.join(directory, temporaryName('test'));
  try {
    const file = await fs.open(temporary, 'wx', 0o640);
    try {
      await file.writeFile(Buffer.alloc(CHECK_BYTES));
      await file.sync();
    } finally {
      await file.close();
    }
    await createDirectorySync(fs).sync(directory);
  } catch (error) {
    await fs.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await fs.unlink(temporary);
  return `${directory}: a file was made, fsynced and removed`;
}
