/**
 * The content on its way into the socket, with exact knowledge whether all of it was handed over. nodemailer writes the
 * closing `<CRLF>.<CRLF>` only after this stream has ended, so while `handedOver` is false the server cannot have taken
 * the message (RFC 5321 §4.1.1.4), whatever became of the connection.
 */
import { Readable } from 'node:stream';

/** Small enough that a large message which breaks off half-way is known to be incomplete. */
const CHUNK_BYTES = 64 * 1024;

export interface ContentStream {
  readonly stream: Readable;
  readonly handedOver: boolean;
}

export function contentStream(content: Uint8Array): ContentStream {
  let offset = 0;
  let handedOver = false;
  const stream = new Readable({
    highWaterMark: 1,
    read() {
      const chunk = content.subarray(offset, offset + CHUNK_BYTES);
      offset += chunk.length;
      this.push(chunk.length > 0 ? chunk : null);
    },
  });
  stream.once('end', () => {
    handedOver = true;
  });
  // nodemailer pipes after the server's 354. A message of one chunk goes over whole then, which is the same moment.
  if (content.length <= CHUNK_BYTES) {
    stream.pipe = (destination) => {
      handedOver = true;
      destination.end(content);
      return destination;
    };
  }
  return {
    stream,
    get handedOver() {
      return handedOver;
    },
  };
}
