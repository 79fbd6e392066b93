/** A new key under which one message is accepted once, however often it is asked for. */
const BYTES = 16;

/** Not randomUUID(): browsers have that on HTTPS and localhost alone. */
export const idempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(BYTES)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
