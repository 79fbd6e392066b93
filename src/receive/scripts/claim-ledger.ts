/** Takes a ledger for one run. */
import { script } from '../../storage/script.js';

/** The hash as field, value, … */
export const claimLedger = script<string[]>(`
-- Makes the caller the only one that may write the ledger, and reads it.
-- KEYS[1] ledger   ARGV[1] owner   returns field, value, …
redis.call('HSET', KEYS[1], 'owner', ARGV[1])
return redis.call('HGETALL', KEYS[1])
`);
