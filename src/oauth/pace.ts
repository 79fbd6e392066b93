/** Paces scheduled refreshes per token endpoint, over all processes: GCRA (ITU-T I.371), one key per endpoint. */
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';

/** What may go out at once after a quiet time, in seconds of the rate. */
const BURST_SECONDS = 0.5;

const reserve = script<number>(`
-- Reserves the next place in line at a token endpoint, unless the line is too long.
-- KEYS[1] theoretical arrival time, ms with fraction   ARGV[1] ms between two   ARGV[2] tolerated burst, ms   ARGV[3] longest wait, ms
-- returns how long to wait, ms; a wait beyond the longest reserved nothing
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local arrival = math.max(now, tonumber(redis.call('GET', KEYS[1]) or '0'))
local wait = math.max(0, math.ceil(arrival - ARGV[2] - now))
if wait > tonumber(ARGV[3]) then return wait end
local length = math.ceil(arrival + ARGV[1] - now)
redis.call('SET', KEYS[1], string.format('%.3f', arrival + ARGV[1]), 'PX', math.max(1, length))
return wait
`);

export interface Pace {
  /**
   * Takes the next place in line.
   * @param longestWaitMs a longer line is not joined
   * @returns ms until the place's turn; more than `longestWaitMs`: nothing was taken, ask again after that time
   */
  reserve(tokenEndpoint: string, longestWaitMs: number): Promise<number>;
}

/** @param perSecond requests a second that one token endpoint gets from all processes together */
export function createPace(redis: RedisClient, perSecond: number): Pace {
  return {
    reserve: (tokenEndpoint, longestWaitMs) =>
      reserve.run(
        redis,
        [keys.pace(tokenEndpoint)],
        [1_000 / perSecond, BURST_SECONDS * 1_000, longestWaitMs],
      ),
  };
}
