/** The directory destination: each message a file that appears complete or not at all, and survives a power cut once confirmed. */
import * as nodeFs from 'node:fs/promises';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import type { InboundMessage } from '../../contract/message.js';
import { problemError } from '../../contract/problem.js';
import type { DirectoryDestination, ReceiveSettings } from '../../contract/receive-settings.js';
import { createDirectorySync } from '../../storage/directory-sync.js';
import type { Destination } from './destination.js';
import { attachmentFileName, messageFileName } from './file-names.js';

/** Temporary files of processes that died are swept; those of other hosts only when they are this old. */
const ABANDONED_AFTER_MS = 86_400_000;
const TEMPORARY = /^\.mailgrant-([^-]+)-(\d+)-.*\.tmp$/;
/** Tells two writes of one message apart, where a run that lost its lease is overtaken by the next. */
let written = 0;
const hostTag =
  hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 20) || 'host';

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
        swept ??= sweep(directory.path);
        await swept;
        const files = filesOf(message, directory.fileName, downloadType);
        for (const { name, content } of files) await writeWhole(directory.path, name, content);
        if (files.length > 0) await directories.sync(directory.path);
      } catch (error) {
        swept = undefined;
        const { code, message: words } = error as NodeJS.ErrnoException;
        throw problemError('directory-unwritable', {
          with: { path: directory.path, what: code ?? words },
          cause: error,
        });
      }
    },
  };
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
  const temporary = path.join(directory, `.mailgrant-${hostTag}-${process.pid}-${++written}-${name}.tmp`);
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

async function sweep(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, host, pid] = TEMPORARY.exec(name) ?? [];
    if (!host || !pid) continue;
    const file = path.join(directory, name);
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (host === hostTag ? !isAlive(Number(pid)) : age > ABANDONED_AFTER_MS) await rm(file, { force: true });
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
