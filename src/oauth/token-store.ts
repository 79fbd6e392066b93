/**
 * The grant of a connection, as stored: token set (sealed), authorization, and the versions that guard both.
 *
 * tokenVersion counts up with every token set and with every end of one; epoch with sign-in, sign-out and changes of the
 * settings that a grant depends on (sign-out and those are written by setup/void-grant and setup/connections). Every write names the tokenVersion or epoch it was made against and is one script, so
 * a late answer of an old grant can neither overwrite nor end a new one (law 4). That is a stronger fence than the owner
 * of the refresh lock: an owner that lost its lock but not the race may still save what the server rotated.
 */
import type { ConnectionId } from '../contract/ids.js';
import { type Problem, problemError } from '../contract/problem.js';
import { settingsOf } from '../setup/connection-record.js';
import { type Authorization, CONNECTION_FIELDS, type ConnectionSettings } from '../setup/model.js';
import { keys } from '../storage/keys.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import type { Vault } from '../storage/vault.js';

/** What is sealed. */
export interface TokenSet {
  accessToken: string;
  /** Absent where the access token is renewed otherwise, or not at all (renewal). */
  refreshToken?: string;
  /** The refresh token came with an id_token that did not hold: what it yields is used once its account is proved. */
  isUnproved?: boolean;
  /** ms since the epoch */
  expiresAt: number;
  /** ms since the epoch; with `expiresAt` the lifetime */
  issuedAt: number;
}

/** A connection's grant as one read shows it. */
export interface StoredGrant {
  id: ConnectionId;
  settings: ConnectionSettings;
  epoch: number;
  tokenVersion: number;
  authorization: Authorization;
  tokens: TokenSet | undefined;
  /** The sign-in that gave it; ms since the epoch. */
  signedInAt?: number;
}

/** Why a conditional write wrote nothing. */
export type Refused = 'stale' | 'missing';

export interface TokenStore {
  /** @throws ProblemError `not-found` */
  read(id: ConnectionId): Promise<StoredGrant>;
  /** tokenVersion and whether somebody holds the refresh lock: what waiters look at. */
  progress(id: ConnectionId): Promise<{ tokenVersion: number; isLocked: boolean }>;
  /** Whether the token set still is the one that was read. */
  isCurrent(grant: Pick<StoredGrant, 'id' | 'tokenVersion'>): Promise<boolean>;
  /** Remembers for a while that this token set took the place of one that a mail server had refused. @param lifeMs how long */
  markReplacement(grant: Pick<StoredGrant, 'id' | 'tokenVersion'>, lifeMs: number): Promise<void>;
  /** Whether this token set took the place of a refused one a while ago. */
  isReplacement(grant: Pick<StoredGrant, 'id' | 'tokenVersion'>): Promise<boolean>;
  /**
   * Marks that a refresh of this token set is about to be sent; the mark stays until the token set is replaced, or the
   * answer is known not to have used the refresh token up ({@link TokenStore.note}).
   * @param options `owner` of the refresh lock, compared when given
   * @returns how many earlier refreshes of this very token set were never answered; `stale` when it has been replaced
   */
  begin(
    id: ConnectionId,
    options: { tokenVersion: number; owner?: string | undefined },
  ): Promise<{ unanswered: number } | Refused>;
  /**
   * Stores a refreshed token set, and frees the refresh lock with it.
   * @param next `owner` of the lock
   * @returns the new tokenVersion
   */
  saveRefresh(
    grant: Pick<StoredGrant, 'id' | 'tokenVersion'>,
    next: { tokens: TokenSet; authorization: Authorization; owner?: string | undefined },
  ): Promise<number | Refused>;
  /** Stores the token set of a sign-in. @param expected the epoch that the sign-in was started in */
  saveSignIn(
    id: ConnectionId,
    expected: { epoch: number },
    next: { tokens: TokenSet; authorization: Authorization },
  ): Promise<number | Refused>;
  /** Ends the grant: reauthorization-required with its problem, token set deleted. */
  end(grant: StoredGrant, problem: Problem): Promise<number | Refused>;
  /**
   * Notes a failure that costs no grant.
   * @param options `unanswered`: how many refreshes of this token set remain without an answer
   */
  note(
    grant: StoredGrant,
    problem: Problem | undefined,
    options: { unanswered: number },
  ): Promise<number | Refused>;
}

const STALE = -1;
const MISSING = -2;

const begin = script<number>(`
-- Marks a refresh as sent.
-- KEYS[1] the connection   KEYS[2] its refresh lock   ARGV[1] expected tokenVersion   ARGV[2] owner of the lock, '' unchecked
-- The mark is "tokenVersion:unanswered". returns the unanswered of before, -1 stale or lock lost, -2 missing
local version = redis.call('HGET', KEYS[1], 'tokenVersion')
if not version then return redis.call('EXISTS', KEYS[1]) == 1 and -1 or -2 end
if version ~= ARGV[1] then return -1 end
if ARGV[2] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[2] then return -1 end
local before = 0
local mark = redis.call('HGET', KEYS[1], 'refreshInFlight')
if mark then
  local of, count = string.match(mark, '^(%d+):(%d+)$')
  if of == version then before = tonumber(count) end
end
redis.call('HSET', KEYS[1], 'refreshInFlight', version .. ':' .. (before + 1))
return before
`);

const write = script<number>(`
-- Writes the grant of a connection, if it still is the one that was read.
-- KEYS[1] the connection   KEYS[2] its refresh lock   ARGV[1] expected tokenVersion, '' any   ARGV[2] expected epoch, '' any
-- ARGV[3] 1 counts tokenVersion up   ARGV[4] 1 counts epoch up   ARGV[5] authorization
-- ARGV[6] what becomes of the token set: keep, delete or set   ARGV[7] the token set, sealed
-- ARGV[8] mark of a refresh in flight, '' removes it   ARGV[9] owner of the lock to free, '' none
-- ARGV[10] ms since the epoch of this sign-in, '' none   ARGV[11] problem code that the grant ended with, '' none
-- ARGV[12] ms since the epoch of that end   ARGV[13] how many ends are remembered   returns tokenVersion, -1 stale, -2 missing
local stored = redis.call('HMGET', KEYS[1], 'version', 'tokenVersion', 'epoch')
if not stored[1] then return -2 end
if ARGV[1] ~= '' and (stored[2] or '0') ~= ARGV[1] then return -1 end
if ARGV[2] ~= '' and (stored[3] or '0') ~= ARGV[2] then return -1 end
redis.call('HSET', KEYS[1], 'authorization', ARGV[5])
if ARGV[6] == 'set' then redis.call('HSET', KEYS[1], 'tokens', ARGV[7]) end
if ARGV[6] == 'delete' then redis.call('HDEL', KEYS[1], 'tokens') end
if ARGV[8] == '' then redis.call('HDEL', KEYS[1], 'refreshInFlight')
else redis.call('HSET', KEYS[1], 'refreshInFlight', ARGV[8]) end
if ARGV[9] ~= '' and redis.call('GET', KEYS[2]) == ARGV[9] then redis.call('DEL', KEYS[2]) end
if ARGV[10] ~= '' then redis.call('HSET', KEYS[1], 'signedInAt', ARGV[10]) end
if ARGV[11] ~= '' then
  local ends = cjson.decode(redis.call('HGET', KEYS[1], 'grantEnds') or '[]')
  local signedInAt = redis.call('HGET', KEYS[1], 'signedInAt')
  table.insert(ends, { code = ARGV[11], at = tonumber(ARGV[12]), signedInAt = tonumber(signedInAt or '') })
  while #ends > tonumber(ARGV[13]) do table.remove(ends, 1) end
  redis.call('HSET', KEYS[1], 'grantEnds', cjson.encode(ends))
end
if ARGV[4] == '1' then redis.call('HINCRBY', KEYS[1], 'epoch', 1) end
if ARGV[3] == '1' then return redis.call('HINCRBY', KEYS[1], 'tokenVersion', 1) end
return tonumber(stored[2] or '0')
`);

/** What one write does; absent: leave as it is. */
interface Write {
  tokenVersion?: number;
  epoch?: number;
  isNewTokenVersion: boolean;
  isNewEpoch: boolean;
  authorization: Authorization;
  tokens: TokenSet | 'keep' | 'delete';
  unanswered?: number;
  owner?: string | undefined;
  /** ms since the epoch */
  signedInAt?: number;
  endedWith?: Problem;
}

/** Ends of grants that a connection remembers: enough to see that they come at the same interval. */
const ENDS_KEPT = 10;

/** @param deps `vault`: seals the token set, bound to the connection's key */
export function createTokenStore(deps: { redis: RedisClient; vault: Vault }): TokenStore {
  const { redis, vault } = deps;
  const placeOf = (id: ConnectionId): string => `${keys.connection(id)}/${CONNECTION_FIELDS.tokens}`;

  async function run(id: ConnectionId, order: Write): Promise<number | Refused> {
    const { tokens } = order;
    const isSet = typeof tokens === 'object';
    const mark = order.unanswered ? `${order.tokenVersion ?? 0}:${order.unanswered}` : '';
    const result = await write.run(
      redis,
      [keys.connection(id), keys.refreshLock(id)],
      [
        order.tokenVersion ?? '',
        order.epoch ?? '',
        order.isNewTokenVersion ? 1 : 0,
        order.isNewEpoch ? 1 : 0,
        JSON.stringify(order.authorization),
        isSet ? 'set' : tokens,
        isSet ? vault.seal(JSON.stringify(tokens), placeOf(id)) : '',
        mark,
        order.owner ?? '',
        order.signedInAt ?? '',
        order.endedWith?.code ?? '',
        order.endedWith?.at ?? '',
        ENDS_KEPT,
      ],
    );
    return refusedOr(result);
  }

  return {
    async read(id) {
      const [settings, epoch, tokenVersion, authorization, tokens, signedInAt] = await redis.hmgetBuffer(
        keys.connection(id),
        CONNECTION_FIELDS.settings,
        CONNECTION_FIELDS.epoch,
        CONNECTION_FIELDS.tokenVersion,
        CONNECTION_FIELDS.authorization,
        CONNECTION_FIELDS.tokens,
        CONNECTION_FIELDS.signedInAt,
      );
      if (!settings || !authorization) throw problemError('not-found', { with: { what: 'connection', id } });
      return {
        id,
        settings: settingsOf(settings.toString()),
        epoch: Number(epoch?.toString() ?? 0),
        tokenVersion: Number(tokenVersion?.toString() ?? 0),
        authorization: JSON.parse(authorization.toString()),
        tokens: tokens ? JSON.parse(vault.open(tokens, placeOf(id))) : undefined,
        ...(signedInAt && { signedInAt: Number(signedInAt.toString()) }),
      };
    },
    async progress(id) {
      const [tokenVersion, locks] = await Promise.all([
        redis.hget(keys.connection(id), CONNECTION_FIELDS.tokenVersion),
        redis.exists(keys.refreshLock(id)),
      ]);
      return { tokenVersion: Number(tokenVersion ?? 0), isLocked: locks > 0 };
    },
    async isCurrent({ id, tokenVersion }) {
      const stored = await redis.hget(keys.connection(id), CONNECTION_FIELDS.tokenVersion);
      return Number(stored ?? 0) === tokenVersion;
    },
    async markReplacement({ id, tokenVersion }, lifeMs) {
      await redis.set(keys.replacement(id), tokenVersion, 'PX', lifeMs);
    },
    isReplacement: async ({ id, tokenVersion }) =>
      (await redis.get(keys.replacement(id))) === String(tokenVersion),
    async begin(id, { tokenVersion, owner }) {
      const result = await begin.run(
        redis,
        [keys.connection(id), keys.refreshLock(id)],
        [tokenVersion, owner ?? ''],
      );
      const unanswered = refusedOr(result);
      return typeof unanswered === 'number' ? { unanswered } : unanswered;
    },
    saveRefresh: (grant, { tokens, authorization, owner }) =>
      run(grant.id, {
        owner,
        tokenVersion: grant.tokenVersion,
        isNewTokenVersion: true,
        isNewEpoch: false,
        authorization,
        tokens,
      }),
    saveSignIn: (id, { epoch }, { tokens, authorization }) =>
      run(id, {
        epoch,
        isNewTokenVersion: true,
        isNewEpoch: true,
        authorization,
        tokens,
        signedInAt: tokens.issuedAt,
      }),
    end(grant, problem) {
      const { refreshProblem: _, accessTokenExpiresAt: __, ...kept } = grant.authorization;
      return run(grant.id, {
        tokenVersion: grant.tokenVersion,
        isNewTokenVersion: true,
        isNewEpoch: false,
        authorization: { ...kept, status: 'reauthorization-required', problem },
        tokens: 'delete',
        endedWith: problem,
      });
    },
    note(grant, problem, { unanswered }) {
      const { refreshProblem: _, ...kept } = grant.authorization;
      return run(grant.id, {
        tokenVersion: grant.tokenVersion,
        isNewTokenVersion: false,
        isNewEpoch: false,
        authorization: { ...kept, ...(problem && { refreshProblem: problem }) },
        tokens: 'keep',
        unanswered,
      });
    },
  };
}

function refusedOr(result: number): number | Refused {
  if (result === STALE) return 'stale';
  return result === MISSING ? 'missing' : result;
}
