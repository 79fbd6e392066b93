/** Lua scripts: each is one operation, atomic in Redis, and states its KEYS and ARGV on top. */
import { createHash } from 'node:crypto';
import type { RedisClient } from './redis.js';

export type ScriptArgument = string | number | Buffer;

export interface Script<Result> {
  /**
   * Runs the script by its digest, sending its text only to a server that does not know it yet.
   * @param keys all of one hash tag
   */
  run(redis: RedisClient, keys: readonly string[], args: readonly ScriptArgument[]): Promise<Result>;
}

/** Declares a script; `Result` is what its replies mean. */
export function script<Result>(lua: string): Script<Result> {
  const sha = createHash('sha1').update(lua).digest('hex');
  return {
    async run(redis, keys, args) {
      try {
        return (await redis.evalsha(sha, keys.length, ...keys, ...args)) as Result;
      } catch (error) {
        if (!(error instanceof Error && error.message.includes('NOSCRIPT'))) throw error;
        return (await redis.eval(lua, keys.length, ...keys, ...args)) as Result;
      }
    },
  };
}
