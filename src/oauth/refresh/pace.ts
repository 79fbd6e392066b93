/**
 * Paces scheduled refreshes per token endpoint, over all processes: two GCRAs (ITU-T I.371) at one rate.
 *
 * The gate is the pace: whoever goes passes it, and it lets nobody through above the rate. The line keeps a crowd away
 * from it: whoever finds a long line holds a place in it and comes again when that is due, in the order of the schedule
 * and so of expiry, instead of asking over and over. A holder who comes late, since its process stalled, still passes
 * the gate first; no place is lost by that.
 *
 *   asks → short line: passes the gate → goes
 *        → long line: holds a place → comes when it is due → passes the gate → goes
 */
import { keys } from '../../storage/keys.js';
import type { RedisClient } from '../../storage/redis.js';
import { script } from '../../storage/script.js';

/** What may go out at once after a quiet time, in seconds of the rate. */
const BURST_SECONDS = 0.5;
/** Places that nobody came for (a deleted connection) are forgotten this long after the last one was due. */
const FORGOTTEN_AFTER_MS = 60_000;

const reserve = script<number>(`
-- Takes a turn at a token endpoint, or a place in the line for one.
-- KEYS[1] the gate: theoretical arrival time, ms with fraction   KEYS[2] the same of the line   KEYS[3] places held: subject, when, ms
-- ARGV[1] ms between two   ARGV[2] tolerated burst, ms   ARGV[3] longest wait of the caller, ms   ARGV[4] subject
-- ARGV[5] how long places outlive the line, ms   returns how long to wait, ms; beyond the longest wait a place is held
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local between, burst, longest, subject = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local function arrivalAt(key) return math.max(now, tonumber(redis.call('GET', key) or '0')) end
local function waitUntil(at) return math.max(0, math.ceil(at - burst - now)) end
local function advance(key, arrival)
  redis.call('SET', key, string.format('%.3f', arrival + between), 'PX', math.ceil(arrival + between - now))
end
local function hold(wait)
  redis.call('HSET', KEYS[3], subject, now + wait)
  if redis.call('PTTL', KEYS[3]) < wait + ARGV[5] then redis.call('PEXPIRE', KEYS[3], wait + ARGV[5]) end
  return wait
end
local held = redis.call('HGET', KEYS[3], subject)
local wait
if held then
  wait = math.max(0, math.ceil(held - now))
  if wait > longest then return wait end
else
  local arrival = arrivalAt(KEYS[2])
  wait = waitUntil(arrival)
  advance(KEYS[2], arrival)
  if wait > longest then return hold(wait) end
end
local arrival = arrivalAt(KEYS[1])
wait = math.max(wait, waitUntil(arrival))
if wait > longest then return hold(wait) end
if held then redis.call('HDEL', KEYS[3], subject) end
advance(KEYS[1], math.max(arrival, now + wait))
return wait
`);

export interface Pace {
  /**
   * Takes the subject's turn, or its place in line.
   * @param options `subject` that goes; `longestWaitMs`: how long the caller stays for its turn
   * @returns ms until its turn; more than `longestWaitMs`: a place is held for it, ask again after that time
   */
  reserve(tokenEndpoint: string, options: { subject: string; longestWaitMs: number }): Promise<number>;
}

/** @param perSecond requests a second that one token endpoint gets from all processes together */
export function createPace(redis: RedisClient, perSecond: number): Pace {
  return {
    reserve: (tokenEndpoint, { subject, longestWaitMs }) =>
      reserve.run(
        redis,
        [keys.pace(tokenEndpoint), keys.paceLine(tokenEndpoint), keys.pacePlaces(tokenEndpoint)],
        [1_000 / perSecond, BURST_SECONDS * 1_000, longestWaitMs, subject, FORGOTTEN_AFTER_MS],
      ),
  };
}
