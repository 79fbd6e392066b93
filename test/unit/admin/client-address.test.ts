import { describe, expect, it } from 'vitest';
import { createClientAddress } from '../../../src/admin/client-address.js';

const PROXY = '10.0.0.1';
const behind = createClientAddress(['10.0.0.0/8', 'fd00::/8', '192.0.2.10/32']);

describe('the address of a client', () => {
  it('is the peer’s where no proxy is trusted, whatever the header says', () => {
    const alone = createClientAddress([]);
    for (const forged of ['203.0.113.7', '127.0.0.1', PROXY, '', ['203.0.113.7', '::1']])
      expect(alone(PROXY, forged)).toBe(PROXY);
  });

  it('is the peer’s where the peer is no trusted proxy', () => {
    expect(behind('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
    expect(behind('203.0.113.9', `198.51.100.1, ${PROXY}`)).toBe('203.0.113.9');
    expect(behind('192.0.2.11', '198.51.100.1')).toBe('192.0.2.11');
  });

  it.each([
    ['what the proxy says', '198.51.100.1', '198.51.100.1'],
    [
      'the right-most, not what the client wrote before it',
      '127.0.0.1, 1.1.1.1, 198.51.100.1',
      '198.51.100.1',
    ],
    ['the right-most that is no proxy itself', '1.1.1.1, 198.51.100.1, 10.9.9.9, 192.0.2.10', '198.51.100.1'],
    ['also of several headers', ['1.1.1.1', '198.51.100.1'], '198.51.100.1'],
    ['the proxy where it says nothing', undefined, PROXY],
    ['the proxy where it says nonsense', '1.1.1.1, unknown', PROXY],
    ['the proxy where what it says is no plain address', '1.1.1.1, 0x7f.1', PROXY],
    ['the proxy nearest to nonsense', '1.1.1.1, <script>, 10.9.9.9', '10.9.9.9'],
    ['the left-most where all are proxies', '10.1.1.1, 10.2.2.2', '10.1.1.1'],
    ['without the port that some proxies add', '198.51.100.1:4711', '198.51.100.1'],
    ['without the port of IPv6', '[2001:db8::1]:4711', '2001:db8::1'],
    ['IPv4, however it was written', '::ffff:198.51.100.1', '198.51.100.1'],
  ])('is %s', (_what, forwarded, address) => {
    expect(behind(PROXY, forwarded)).toBe(address);
    expect(behind(`::ffff:${PROXY}`, forwarded)).toBe(address);
    expect(behind('fd00::5', forwarded)).toBe(address === PROXY ? 'fd00::5' : address);
  });

  it('is found in a header of any length', () => {
    expect(behind(PROXY, `${'1.1.1.1,'.repeat(2_000)}198.51.100.1`)).toBe('198.51.100.1');
    expect(behind(PROXY, '10.1.1.1,'.repeat(2_000))).toBe(PROXY);
  });
});
