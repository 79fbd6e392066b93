import { once } from 'node:events';
import { expect, it } from 'vitest';
import { contentStream } from '../../../connectors/email-send/content-stream.js';

it('counts as handed over only when its end was read', async () => {
  const content = contentStream(Buffer.alloc(200_000, 'x'));
  let bytes = 0;
  for await (const chunk of content.stream) {
    bytes += (chunk as Buffer).length;
    expect(content.handedOver).toBe(false);
  }
  expect(bytes).toBe(200_000);
  expect(content.handedOver).toBe(true);
});

it('never counts as handed over when it was destroyed before its end', async () => {
  const content = contentStream(Buffer.alloc(200_000, 'x'));
  content.stream.read();
  content.stream.destroy();
  await once(content.stream, 'close');
  expect(content.handedOver).toBe(false);
});
