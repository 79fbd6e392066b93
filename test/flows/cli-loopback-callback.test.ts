/** The listener on a loopback Callback URL: only the sign-in that is waited for gets through, and once. */
import { createServer, request } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type LoopbackCallback, listenForCallback } from '../../src/cli/loopback-callback.js';
import { freePort } from '../servers/free-port.js';

// Node 20 has no Promise.withResolvers.
function withResolvers<Value>(): { promise: Promise<Value>; resolve(value: Value): void } {
  let resolve: (value: Value) => void = () => undefined;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve: (value) => resolve(value) };
}

let port: number;
let url: string;
let callback: LoopbackCallback;
beforeEach(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}/back`;
  callback = await listenForCallback(url);
});
afterEach(() => callback.close());

const waiting = (exchange: (redirectedUrl: string) => Promise<string>, patienceMs = 60_000) =>
  callback.finish({ state: 's1', patienceMs, exchange, success: (who) => `${who} <is> signed in.` });

it('hands on the address that was registered, whatever else is asked for', async () => {
  const seen: string[] = [];
  const done = waiting(async (redirectedUrl) => {
    seen.push(redirectedUrl);
    return 'alice';
  });
  const statuses = await Promise.all([
    fetch(`${url}?state=other&code=c`),
    fetch(`http://127.0.0.1:${port}/favicon.ico?state=s1`),
    fetch(`${url}?state=s1&code=c`, { method: 'POST' }),
    fetch(`${url}?state=s1&code=c`, { method: 'HEAD' }),
  ]);
  expect(statuses.map(({ status }) => status)).toEqual([400, 404, 404, 404]);
  expect(seen).toEqual([]);
  const page = await fetch(`${url}?state=s1&code=c`);
  expect(page.headers.get('content-security-policy')).toBe("default-src 'none'");
  expect(await page.text()).toContain('alice &lt;is&gt; signed in.');
  expect(await done).toBe('alice');
  expect(seen).toEqual([`${url}?state=s1&code=c`]);
});

it('finishes once, though the browser asks twice', async () => {
  const exchanged = withResolvers<string>();
  const started = withResolvers<void>();
  let count = 0;
  const done = waiting(() => {
    count += 1;
    started.resolve();
    return exchanged.promise;
  });
  const first = fetch(`${url}?state=s1&code=c`);
  await started.promise;
  expect((await fetch(`${url}?state=s1&code=c`)).status).toBe(409);
  exchanged.resolve('alice');
  expect((await first).status).toBe(200);
  expect(await done).toBe('alice');
  expect(count).toBe(1);
});

it('finishes although the browser went away meanwhile', async () => {
  const exchanged = withResolvers<string>();
  const started = withResolvers<void>();
  const done = waiting(() => {
    started.resolve();
    return exchanged.promise;
  });
  const browser = request(`${url}?state=s1&code=c`);
  const gone = new Promise((resolve) => browser.once('close', resolve));
  browser.on('error', () => undefined);
  browser.end();
  await started.promise;
  browser.destroy();
  await gone;
  exchanged.resolve('alice');
  expect(await done).toBe('alice');
});

it('gives up when nobody comes', async () => {
  expect(await waiting(async () => 'nobody', 10)).toBeUndefined();
});

it('refuses a Callback URL that is elsewhere, and a port that is taken', async () => {
  for (const elsewhere of [
    'https://localhost:33333',
    'http://mail.example.com/back',
    'http://192.0.2.1:33333',
  ])
    await expect(listenForCallback(elsewhere)).rejects.toThrow('Leave --listen out');
  await expect(listenForCallback(url)).rejects.toThrow('something listens there already');
  const free = await freePort();
  const onSix = createServer().listen(free, '::1');
  await new Promise((resolve) => onSix.once('listening', resolve).once('error', resolve));
  if (onSix.listening) {
    await expect(listenForCallback(`http://localhost:${free}`)).rejects.toThrow(
      'something listens there already',
    );
    // The other address was let go again.
    const again = await listenForCallback(`http://127.0.0.1:${free}`);
    again.close();
    onSix.close();
  }
});
