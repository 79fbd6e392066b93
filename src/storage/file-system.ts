/** The part of node:fs/promises that the spool stands on; a seam, so that tests can let a disk fail at any step. */
import type * as promises from 'node:fs/promises';

export type FileSystem = Pick<
  typeof promises,
  'open' | 'rename' | 'unlink' | 'mkdir' | 'readdir' | 'readFile' | 'link' | 'stat' | 'rmdir'
>;

export const errorCode = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? String(error.code) : undefined;

/** Runs an operation on a file that may have gone. @returns undefined when there is no such file or directory */
export async function unlessMissing<Result>(operation: Promise<Result>): Promise<Result | undefined> {
  try {
    return await operation;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
