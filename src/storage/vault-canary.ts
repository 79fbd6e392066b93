/** A sealed text in Redis that tells a wrong encryption key at start (law 7), before anything is sealed with it. */
import { problemError } from '../contract/problem.js';
import { keys } from './keys.js';
import type { RedisClient } from './redis.js';
import { UnsealError, type Vault } from './vault.js';

const TEXT = 'mailgrant';

/**
 * Checks that the vault opens what this Redis holds; seals the text on an empty Redis, and anew after a change of keys.
 * @param source where the key comes from, for the message: a variable's or a file's name
 * @throws ProblemError `encryption-key-wrong`
 */
export async function checkVaultCanary(redis: RedisClient, vault: Vault, source: string): Promise<void> {
  await redis.set(keys.vaultCanary, vault.seal(TEXT, keys.vaultCanary), 'NX');
  const sealed = await redis.getBuffer(keys.vaultCanary);
  if (!sealed)
    throw problemError('storage-unavailable', { with: { what: 'Redis does not keep what it is given' } });
  try {
    vault.open(sealed, keys.vaultCanary);
  } catch (error) {
    if (!(error instanceof UnsealError)) throw error;
    throw problemError('encryption-key-wrong', { with: { source }, cause: error });
  }
  if (vault.isOutdated(sealed)) await redis.set(keys.vaultCanary, vault.seal(TEXT, keys.vaultCanary));
}
