/** Writes a ledger with everything that changed along with it, in one step. */
import { script } from '../../storage/script.js';

/** 1 written, 0 the ledger has another owner by now. */
export const commitLedger = script<number>(`
-- Writes ledger, fingerprints and message records, if the caller still owns the ledger.
-- KEYS[1] ledger   KEYS[2] inbound records   KEYS[3] recent   KEYS[4] quarantine   KEYS[5…] fingerprint chunks
-- ARGV[1] owner   ARGV[2] bytes of a chunk   ARGV[3] how many recent records are kept   ARGV[4] how many fields
-- then name, value of each field ('' removes it); then how many chunk writes, of each: offset, bytes (KEYS[5…] in order)
-- then of each record: id, at (ms), status, JSON
-- returns 1 written, 0 lost
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
local at = 5
for _ = 1, tonumber(ARGV[4]) do
  if ARGV[at + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[at])
  else redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
  at = at + 2
end
local chunks = tonumber(ARGV[at])
at = at + 1
for i = 1, chunks do
  local chunk = KEYS[4 + i]
  -- Written at its end first, it is allocated at its size; growing byte by byte would take twice the memory.
  if redis.call('EXISTS', chunk) == 0 then redis.call('SETRANGE', chunk, tonumber(ARGV[2]) - 1, '\\0') end
  redis.call('SETRANGE', chunk, ARGV[at], ARGV[at + 1])
  at = at + 2
end
while at <= #ARGV do
  local id, status = ARGV[at], ARGV[at + 2]
  redis.call('HSET', KEYS[2], id, ARGV[at + 3])
  redis.call('ZREM', status == 'quarantined' and KEYS[3] or KEYS[4], id)
  redis.call('ZADD', status == 'quarantined' and KEYS[4] or KEYS[3], ARGV[at + 1], id)
  at = at + 4
end
local excess = redis.call('ZCARD', KEYS[3]) - tonumber(ARGV[3])
if excess > 0 then
  local dropped = redis.call('ZPOPMIN', KEYS[3], excess)
  for i = 1, #dropped, 2 do redis.call('HDEL', KEYS[2], dropped[i]) end
end
return 1
`);
