/** Debian's Chromium, headless, with an empty profile, for what only a browser can prove. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Closed by the caller: `await browser.close()`. */
export function startChromium(): Promise<Browser> {
  const executablePath = PATHS.find((candidate) => existsSync(candidate));
  if (!executablePath) throw new Error('there is no Chromium; install it with: apt-get install chromium');
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
