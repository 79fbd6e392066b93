/** The secrets among the settings, as the log may meet them: whatever words they come along in, they are taken out. */
import type { Config } from './load.js';

/** Keys both as they were written (base64) and as hexadecimal; of the Redis URL its password, as written and decoded. */
export function secretsOf({
  apiKey,
  adminPassword,
  secretKeys,
  redisUrl,
  identity,
  openId,
}: Pick<Config, 'apiKey' | 'adminPassword' | 'secretKeys' | 'redisUrl' | 'identity' | 'openId'>): string[] {
  const keys = secretKeys.flatMap((key) => [key.toString('base64'), key.toString('hex')]);
  const given = [apiKey, adminPassword, identity.appService?.header, openId?.clientSecret];
  return [...given, ...keys, ...passwordsIn(redisUrl)].filter((each) => each !== undefined);
}

/** Not through URL: a list of cluster hosts is none. */
function passwordsIn(redisUrl: string | undefined): string[] {
  const written = /^[a-z+]+:\/\/[^/@]*?:([^/]*)@/.exec(redisUrl ?? '')?.[1];
  if (written === undefined || written === '') return [];
  try {
    return [...new Set([written, decodeURIComponent(written)])];
  } catch {
    return [written];
  }
}
