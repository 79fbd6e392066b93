/** The beginning of an answer's body, for requests whose status alone counts. */
import type { Dispatcher } from 'undici';

/**
 * What an answer says beside its status, as far as it comes: a body may be endless, or drip, or break off, and the
 * status counts whatever becomes of it. Read to its end, the connection serves the next request.
 * @param limits `mostBytes`: more ends the connection; `deadlineMs`: as much as came by then is the answer
 */
export function answerHead(
  body: Dispatcher.ResponseData['body'],
  { mostBytes, deadlineMs }: { mostBytes: number; deadlineMs: number },
): Promise<Buffer> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const end = (): void => {
      clearTimeout(timer);
      resolve(Buffer.concat(pieces).subarray(0, mostBytes));
    };
    const cut = (): void => {
      end();
      body.destroy();
    };
    const timer = setTimeout(cut, deadlineMs);
    body.on('data', (piece: Buffer) => {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > mostBytes) cut();
    });
    body.once('end', end);
    body.once('close', end);
    body.on('error', end);
  });
}
