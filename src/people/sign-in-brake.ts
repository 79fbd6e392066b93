/**
 * Slows guessing of passwords down, and locks nobody out: after some failures each further attempt has to wait twice as
 * long as the one before, counted for name and address together, for the address, and (mildly) for the name. A browser
 * that signed in as that person before is counted by itself, so that strangers who guess cannot stop its owner.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import { problemError } from '../contract/problem.js';
import { digest, keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { nameKey } from './person.js';

const MINUTE_MS = 60_000;
/** Failures are forgotten when none came for so long. */
const FORGOTTEN_MS = 60 * MINUTE_MS;
const KNOWN_BROWSER_SECONDS = 90 * 24 * 60 * 60;

/** Failures that cost nothing, and the longest pause. */
const BOUNDS = {
  pair: { free: 5, longestMs: 15 * MINUTE_MS },
  address: { free: 20, longestMs: 15 * MINUTE_MS },
  name: { free: 50, longestMs: MINUTE_MS },
  browser: { free: 5, longestMs: 15 * MINUTE_MS },
} as const;
type Kind = keyof typeof BOUNDS;

const admit = script<number>(`
-- Counts an attempt as failed before it is made, so that many at once are counted as well; or refuses it.
-- KEYS[n] failures of one kind   ARGV[1] now (ms)   ARGV[2] when failures are forgotten (ms)
-- then for each key: failures that cost nothing, the longest pause (ms)   returns 0, or when the next may be made (ms)
local now, pause = tonumber(ARGV[1]), 0
for _, key in ipairs(KEYS) do
  pause = math.max(pause, tonumber(redis.call('HGET', key, 'until') or 0))
end
if pause > now then return pause end
for i, key in ipairs(KEYS) do
  local over = redis.call('HINCRBY', key, 'failures', 1) - tonumber(ARGV[1 + 2 * i])
  if over >= 0 then
    local wait = math.min(1000 * 2 ^ math.min(over, 30), tonumber(ARGV[2 + 2 * i]))
    redis.call('HSET', key, 'until', string.format('%.0f', now + wait))
  end
  redis.call('PEXPIRE', key, ARGV[2])
end
return 0
`);

const forgive = script<number>(`
-- Takes back what a successful attempt was counted as.
-- KEYS[1] failures of one kind   ARGV[1] 1: forgets all of them   returns 0
if ARGV[1] == '1' then redis.call('DEL', KEYS[1])
elseif redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('HINCRBY', KEYS[1], 'failures', -1)
  redis.call('HDEL', KEYS[1], 'until')
end
return 0
`);

export interface Attempt {
  name: string;
  address: string;
  /** Value of the cookie that a browser keeps after a sign-in. */
  browser?: string | undefined;
}

export interface SignInBrake {
  /** @returns to be called when the attempt was right; @throws ProblemError `sign-in-paused` */
  admit(attempt: Attempt): Promise<{ succeeded(): Promise<void> }>;
  /** Remembers the browser that somebody signed in with. @param browser value of its cookie */
  remember(browser: string, name: string): Promise<void>;
}

export function createSignInBrake(redis: RedisClient, clock: Clock = systemClock): SignInBrake {
  return {
    async admit({ name, address, browser }) {
      const person = nameKey(name);
      const network = networkOf(address);
      const isKnown =
        browser !== undefined && (await redis.get(keys.knownBrowser(digest(browser)))) === person;
      const counted: [Kind, string][] = isKnown
        ? [['browser', `${person} ${browser}`]]
        : [
            ['pair', `${person} ${network}`],
            ['address', network],
            ['name', person],
          ];
      const failures = counted.map(([kind, who]) => keys.signInFailures(kind, who));
      const bounds = counted.flatMap(([kind]) => [BOUNDS[kind].free, BOUNDS[kind].longestMs]);
      const until = await admit.run(redis, failures, [clock.now(), FORGOTTEN_MS, ...bounds]);
      if (until > 0) throw problemError('sign-in-paused', { with: { name }, retryAt: until });
      return {
        async succeeded() {
          // Of an address only this attempt: else whoever has one password could guess others for ever.
          for (const [index, key] of failures.entries())
            await forgive.run(redis, [key], [index === 0 ? 1 : 0]);
        },
      };
    },
    async remember(browser, name) {
      await redis.set(keys.knownBrowser(digest(browser)), nameKey(name), 'EX', KNOWN_BROWSER_SECONDS);
    },
  };
}

/** Of IPv6 the network: one line at home has 2^64 addresses (RFC 6177). */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail = ''] = address.split('::');
  const [first, last] = [head, tail].map((part) => part.split(':').filter(Boolean)) as [string[], string[]];
  const gap = address.includes('::') ? Array(Math.max(0, 8 - first.length - last.length)).fill('0') : [];
  return [...first, ...gap, ...last]
    .slice(0, 4)
    .map((part) => part.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
