import { expect, it } from 'vitest';
import { createOutgoing } from '../../../src/outgoing/outgoing.js';

const outgoingWith = (answers: Record<string, string[]>, allowPrivateNetworks = false) =>
  createOutgoing({
    allowPrivateNetworks,
    lookup: async (host) =>
      (answers[host] ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  });

it('gives an allowed address, IPv4 before IPv6', async () => {
  const outgoing = outgoingWith({ 'imap.example.com': ['2606:4700::1111', '8.8.8.8'] });
  expect(await outgoing.resolve('imap.example.com')).toBe('8.8.8.8');
});

it('passes over refused addresses where an allowed one is left', async () => {
  const outgoing = outgoingWith({ 'imap.example.com': ['10.0.0.1', '8.8.8.8'] });
  expect(await outgoing.resolve('imap.example.com')).toBe('8.8.8.8');
});

it('names host and address when it refuses', async () => {
  const outgoing = outgoingWith({ 'evil.example.com': ['169.254.169.254'] }, true);
  await expect(outgoing.resolve('evil.example.com')).rejects.toMatchObject({
    problem: {
      code: 'address-refused',
      detail: expect.stringMatching(/evil\.example\.com leads to 169\.254\.169\.254/),
    },
  });
});

it('judges an address given in place of a name', async () => {
  const outgoing = outgoingWith({});
  await expect(outgoing.resolve('127.0.0.1')).rejects.toMatchObject({ problem: { code: 'address-refused' } });
  await expect(outgoing.resolve('[::ffff:169.254.169.254]')).rejects.toMatchObject({
    problem: { code: 'address-refused' },
  });
  expect(await outgoingWith({}, true).resolve('[::1]')).toBe('::1');
});

it('asks the resolver for what only looks like a number, and judges its answer', async () => {
  const outgoing = outgoingWith({ '2130706433': ['127.0.0.1'], '0x7f.1': ['127.0.0.1'] });
  for (const host of ['2130706433', '0x7f.1']) {
    await expect(outgoing.resolve(host)).rejects.toMatchObject({ problem: { code: 'address-refused' } });
  }
});

it('leaves the resolver’s own failure to whoever connects', async () => {
  const outgoing = createOutgoing({
    allowPrivateNetworks: true,
    lookup: () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' })),
  });
  await expect(outgoing.resolve('nowhere.example.com')).rejects.toMatchObject({ code: 'ENOTFOUND' });
});
