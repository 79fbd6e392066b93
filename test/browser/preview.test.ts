/** A hostile message in its preview, as the page shows it; and the same without what protects, where it does act. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ParsedMessage } from '../../src/contract/message.js';
import { PREVIEW_POLICY, previewDocument } from '../../src/messages/preview.js';
import { startChromium } from '../servers/chromium.js';

/** What the frame's document has when it has been read to its end: only then is it known what did not happen. */
const END = '<p id="end">the end</p>';
/** `$` stands for the sender's server. */
const HOSTILE: Readonly<Record<string, string>> = {
  'a script': '<script>fetch("$/script")</script>',
  'an event handler': '<img src="x" onerror="fetch(\'$/onerror\')">',
  'an SVG': '<svg onload="fetch(\'$/svg\')"><image href="$/image"/></svg>',
  'a tracking image': '<img src="$/pixel"><picture><source srcset="$/source"><img></picture>',
  'CSS that fetches': '<style>@import url($/import);body{background:url($/background)}</style>',
  'a font': '<style>@font-face{font-family:f;src:url($/font)}*{font-family:f}</style>text',
  'a style sheet': '<link rel="stylesheet" href="$/sheet">',
  'a meta refresh': '<meta http-equiv="refresh" content="0;url=$/refresh">',
  'a frame': '<iframe src="$/frame"></iframe>',
  'an object': '<object data="$/object"></object><embed src="$/embed">',
  'a form': '<form action="$/form"><input autofocus onfocus="this.form.submit()"></form>',
  'a base and what follows it': '<base href="$/base/"><img src="relative">',
  'a video': '<video src="$/video" poster="$/poster" autoplay></video>',
};

let browser: Browser;
let sender: Server;
let ours: Server;
let requests: string[] = [];
let connections = 0;
let shown: { body: string; headers: Record<string, string> };

const originOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const listening = (server: Server): Promise<void> =>
  new Promise((done) => server.listen(0, '127.0.0.1', done));

beforeAll(async () => {
  browser = await startChromium();
  sender = createServer((request, answer) => {
    requests.push(request.url ?? '');
    answer.setHeader('access-control-allow-origin', '*').end('x');
  });
  sender.on('connection', () => {
    connections += 1;
  });
  ours = createServer((request, answer) => {
    answer.setHeader('content-type', 'text/html; charset=utf-8');
    if (request.url !== '/preview')
      return void answer.end('<!doctype html><iframe sandbox src="/preview"></iframe>');
    for (const [name, value] of Object.entries(shown.headers)) answer.setHeader(name, value);
    answer.end(shown.body);
  });
  await Promise.all([listening(sender), listening(ours)]);
});
afterAll(async () => {
  await browser.close();
  for (const server of [sender, ours]) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

const message = (html: string): ParsedMessage => ({
  ...{ messageId: null, from: [], to: [], cc: [], subject: '', date: null, text: null, html },
  ...{ headers: [], attachments: [] },
});

describe.each(Object.entries(HOSTILE))('%s', (_name, markup) => {
  const html = (): string => markup.replaceAll('$', originOf(sender)) + END;

  it('does nothing in the preview, not so much as a connection', async () => {
    [requests, connections] = [[], 0];
    shown = {
      body: previewDocument(message(html())),
      headers: { 'content-security-policy': PREVIEW_POLICY, 'x-dns-prefetch-control': 'off' },
    };
    const page = await browser.newPage();
    await page.goto(originOf(ours), { waitUntil: 'load' });
    await page.frameLocator('iframe').locator('#end').waitFor();
    // Whatever it would have done comes before what is asked for after it.
    await page.waitForLoadState('networkidle');
    expect([requests, connections]).toEqual([[], 0]);
    await page.close();
  });

  it('acts without what protects', async () => {
    requests = [];
    shown = { body: `<!doctype html>${html()}`, headers: {} };
    const page = await browser.newPage();
    await page.goto(`${originOf(ours)}/preview`).catch(() => undefined);
    await vi.waitFor(() => expect(requests.filter((url) => url !== '/favicon.ico')).not.toEqual([]), {
      timeout: 20_000,
    });
    await page.close();
  });
});
