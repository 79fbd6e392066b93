/**
 * Paces scheduled refreshes per token endpoint, over all processes: GCRA (ITU-T I.371), one line per endpoint. Whoever
 * finds a long line takes a place in it and comes again when it is due: asked twice at most, in the order in which they
 * came, which is the order of the schedule and so of expiry. A place whose holder comes too late is given up, or all that
 * a stalled process held back would go out at once.
 */
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';

/** What may go out at once after a quiet time, in seconds of the rate. */
const BURST_SECONDS = 0.5;
/** Alarms are exact to a fifth of a second; who is later than this has to join the line again. */
const LATE_MS = 1_000;

const reserve = script<number>(`
-- Takes a place in the line of a token endpoint, or the one that the subject holds already.
-- KEYS[1] theoretical arrival time, ms with fraction   KEYS[2] places held: subject, when, ms
-- ARGV[1] ms between two   ARGV[2] tolerated burst, ms   ARGV[3] longest wait of the caller, ms   ARGV[4] subject
-- ARGV[5] how late a holder may come, ms   returns how long to wait, ms; beyond the longest wait the place is held
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local longest = tonumber(ARGV[3])
local held = redis.call('HGET', KEYS[2], ARGV[4])
if held then
  local wait = math.max(0, math.ceil(held - now))
  if wait > longest then return wait end
  redis.call('HDEL', KEYS[2], ARGV[4])
  if held + ARGV[5] >= now then return wait end
end
local arrival = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
-- Nobody in line: what is held there was never claimed.
if arrival == now then redis.call('DEL', KEYS[2]) end
local wait = math.max(0, math.ceil(arrival - ARGV[2] - now))
local length = math.ceil(arrival + ARGV[1] - now)
redis.call('SET', KEYS[1], string.format('%.3f', arrival + ARGV[1]), 'PX', math.max(1, length))
if wait > longest then
  redis.call('HSET', KEYS[2], ARGV[4], now + wait)
  redis.call('PEXPIRE', KEYS[2], length + 60000)
end
return wait
`);

export interface Pace {
  /**
   * Takes the subject's place in line.
   * @param options `subject` that goes; `longestWaitMs`: how long the caller stays for it
   * @returns ms until the place's turn; more than `longestWaitMs`: it is held for the subject, ask again after that time
   */
  reserve(tokenEndpoint: string, options: { subject: string; longestWaitMs: number }): Promise<number>;
}

/** @param perSecond requests a second that one token endpoint gets from all processes together */
export function createPace(redis: RedisClient, perSecond: number): Pace {
  return {
    reserve: (tokenEndpoint, { subject, longestWaitMs }) =>
      reserve.run(
        redis,
        [keys.pace(tokenEndpoint), keys.pacePlaces(tokenEndpoint)],
        [1_000 / perSecond, BURST_SECONDS * 1_000, longestWaitMs, subject, LATE_MS],
      ),
  };
}
