import { Webhook } from 'standardwebhooks';
import { expect, it } from 'vitest';
import { createWebhookSigner } from '../../../src/receive/destinations/webhook-signature.js';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const seconds = Math.floor(Date.now() / 1_000);
const headers = (signature: string) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(seconds),
  'webhook-signature': signature,
});

it('is what the standardwebhooks library verifies, with and without the prefix of the secret', () => {
  const body = JSON.stringify({ text: 'Übersicht 🎉' });
  for (const each of [secret, secret.slice('whsec_'.length)]) {
    const signature = createWebhookSigner(each)('msg_1', seconds, body);
    expect(new Webhook(secret).verify(body, headers(signature))).toEqual({ text: 'Übersicht 🎉' });
  }
});

it('covers id, time and body', () => {
  const sign = createWebhookSigner(secret);
  const one = sign('msg_1', seconds, 'body');
  expect(sign('msg_2', seconds, 'body')).not.toBe(one);
  expect(sign('msg_1', seconds + 1, 'body')).not.toBe(one);
  expect(sign('msg_1', seconds, 'bodx')).not.toBe(one);
  expect(sign('msg_1', seconds, Buffer.from([0x80]))).not.toBe(sign('msg_1', seconds, Buffer.from([0x81])));
});
