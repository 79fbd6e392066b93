/** The directory destination: each message a file that appears complete or not at all, and survives a power cut once confirmed. */
import * as nodeFs from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { InboundMessage } from '../../contract/message.js';
import { type ProblemError, problemError } from '../../contract/problem.js';
import type { DirectoryDestination, ReceiveSettings } from '../../contract/receive-settings.js';
import { createDirectorySync } from '../../storage/directory-sync.js';
import type { Destination } from './destination.js';
import { checkDirectory } from './directory-check.js';
import { attachmentFileName, messageFileName } from './file-names.js';
import { sweepTemporaries, temporaryName } from './temporary-files.js';

export function createDirectory(
  directory: DirectoryDestination,
  { downloadType }: Pick<ReceiveSettings, 'downloadType'>,
): Destination {
  const directories = createDirectorySync(nodeFs);
  let swept: Promise<void> | undefined;
  return {
    reads: downloadType === 'message' ? 'headers' : 'message',
    async deliver(message) {
      try {
        swept ??= sweepTemporaries(directory.path);
        await swept;
        const files = filesOf(message, directory.fileName, downloadType);
        for (const { name, content } of files) await writeWhole(directory.path, name, content);
        if (files.length > 0) await directories.sync(directory.path);
      } catch (error) {
        swept = undefined;
        throw unwritable(directory.path, error);
      }
    },
    test: () =>
      checkDirectory(directory.path).catch((error: unknown) => {
        throw unwritable(directory.path, error);
      }),
  };
}

function unwritable(path: string, error: unknown): ProblemError {
  const { code, message } = error as NodeJS.ErrnoException;
  return problemError('directory-unwritable', { with: { path, what: code ?? message }, cause: error });
}

/** A message without attachments leaves nothing behind where attachments are asked for. */
function filesOf(
  message: InboundMessage,
  template: string,
  downloadType: ReceiveSettings['downloadType'],
): { name: string; content: Uint8Array }[] {
  const base = messageFileName(template, message);
  if (downloadType === 'message') return [{ name: `${base}.eml`, content: message.source }];
  return message.parsed.attachments.map(({ filename, content }, place) => ({
    name: attachmentFileName(base, place, filename),
    content,
  }));
}

/** Written beside its place and fsynced before it is renamed into it. */
async function writeWhole(directory: string, name: string, content: Uint8Array): Promise<void> {
  const temporary = path.join(directory, temporaryName(name));
  try {
    const file = await open(temporary, 'w', 0o640);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path.join(directory, name));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
