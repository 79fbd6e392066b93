/** The scripts of the wake-up queue; all of a queue's keys share its hash tag. */
import { script } from '../script.js';

/**
 * Makes a subject due, unless it is due earlier already.
 * @returns 1: an alarm must be set, 0: an earlier one stands
 */
export const wakeSubject = script<number>(`
-- KEYS[1] due   ARGV[1] subject   ARGV[2] when, ms
local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
if due and tonumber(due) <= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1
`);

/**
 * Ends a run, if there was one, and takes the next subject that is due and runs nowhere.
 * @returns `[taken subject or '', 1 when more is due, when the ended subject is due again, ms, or '']`
 */
export const finishAndTake = script<[string, number, string]>(`
-- KEYS[1] due   KEYS[2] running   KEYS[3] runs
-- ARGV[1] subject that ended, or ''   ARGV[2] its run   ARGV[3] its next time, ms, or ''
-- ARGV[4] now, ms   ARGV[5] alive until, ms   ARGV[6] run of what is taken, or '' to take nothing
local again = ''
if ARGV[1] ~= '' and redis.call('HGET', KEYS[3], ARGV[1]) == ARGV[2] then
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  local due = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if ARGV[3] ~= '' and (not due or tonumber(due) > tonumber(ARGV[3])) then
    redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
    due = ARGV[3]
  end
  again = due or ''
end
if ARGV[6] == '' then return {'', 0, again} end
local taken, more = '', 0
-- What is due although it still runs is passed over: its end takes it or rings for it. There is little of that, so a
-- few are looked at, and more only when all of the few were such.
for _, limit in ipairs({8, 500}) do
  local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[4], 'LIMIT', 0, limit)
  for _, subject in ipairs(due) do
    local alive = redis.call('ZSCORE', KEYS[2], subject)
    if not alive or tonumber(alive) <= tonumber(ARGV[4]) then
      if taken ~= '' then
        more = 1
        break
      end
      taken = subject
    end
  end
  if more == 1 or #due < limit then break end
end
if taken ~= '' then
  redis.call('ZREM', KEYS[1], taken)
  redis.call('ZADD', KEYS[2], ARGV[5], taken)
  redis.call('HSET', KEYS[3], taken, ARGV[6])
end
return {taken, more, again}
`);

/**
 * Says that runs are still at it.
 * @returns the runs whose subject was taken from them
 */
export const stayAlive = script<string[]>(`
-- KEYS[1] running   KEYS[2] runs   ARGV[1] alive until, ms   then subject, run, …
local lost = {}
for i = 2, #ARGV, 2 do
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[i + 1] then
    redis.call('ZADD', KEYS[1], ARGV[1], ARGV[i])
  else
    lost[#lost + 1] = ARGV[i + 1]
  end
end
return lost
`);

/**
 * Makes due what was running when its worker died.
 * @returns how many subjects are overdue
 */
export const reviveSubjects = script<number>(`
-- KEYS[1] due   KEYS[2] running   KEYS[3] runs   ARGV[1] now, ms   ARGV[2] overdue before, ms   ARGV[3] how many at most
for _, subject in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, ARGV[3])) do
  redis.call('ZREM', KEYS[2], subject)
  redis.call('HDEL', KEYS[3], subject)
  redis.call('ZADD', KEYS[1], 'LT', ARGV[2], subject)
end
return redis.call('ZCOUNT', KEYS[1], '-inf', ARGV[2])
`);
