/**
 * Reseals everything with the first encryption key, while the service runs (`mailgrant reseal`). Each value is put in its
 * place only if that still holds the bytes that were read, so a refresh or a patch at the same moment is never
 * overwritten: what it wrote is sealed with the new key already. Every step stands for itself: after a crash, run again.
 */
import { problemError } from '../contract/problem.js';
import { keyHolders } from '../storage/key-holders.js';
import type { RedisClient } from '../storage/redis.js';
import { script } from '../storage/script.js';
import { UnsealError, type Vault } from '../storage/vault.js';
import { SEALED_KINDS, type SealedKind } from './sealed-kinds.js';

/** Values at work at once. */
const LANES = 50;
/** A value that is written anew at each look is a wonder; each of those writes seals with the new key. */
const MOST_LOOKS = 20;

const putField = script<number>(`
-- Puts a field sealed anew in the place of the one that was read, if it still is that one.
-- KEYS[1] the record   ARGV[1] field   ARGV[2] as read   ARGV[3] sealed anew   returns 1 put, 0 changed meanwhile
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`);

const putString = script<number>(`
-- Puts a string sealed anew in the place of the one that was read, if it still is that one; its expiry stays.
-- KEYS[1] the string   ARGV[1] as read   ARGV[2] sealed anew   returns 1 put, 0 changed meanwhile
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
`);

export interface ResealedKind {
  kind: string;
  /** Sealed anew by this run. */
  resealed: number;
  /** Values that are sealed with the first key, in the end. */
  current: number;
  /** Values that are not, in the end: key id → how many. */
  remaining: Record<string, number>;
}

export interface ResealReport {
  /** Of the key that everything is sealed with now. */
  keyId: string;
  kinds: ResealedKind[];
  /** Over all kinds. None: the previous keys are needed no more. */
  remaining: number;
  /** Records and fields that no key opens, some of them: damaged, or of a key that is not given. */
  unreadable: string[];
}

const MOST_NAMED = 20;

/** @param deps `kinds`: those that there are, unless a test says otherwise */
export function createReseal(deps: {
  redis: RedisClient;
  vault: Vault;
  kinds?: readonly SealedKind[];
}): () => Promise<ResealReport> {
  const { redis, vault, kinds = SEALED_KINDS } = deps;
  const keyId = vault.keyIds[0] ?? '';

  /** @throws ProblemError `reseal-key-not-everywhere` */
  async function refuseOtherKeys(): Promise<void> {
    const others = (await keyHolders(redis)).filter(({ keyIds }) => keyIds[0] !== keyId);
    if (others.length === 0) return;
    const processes = others.map(({ process, keyIds }) => `${process} (seals with ${keyIds[0]})`).join(', ');
    throw problemError('reseal-key-not-everywhere', { with: { keyId, processes } });
  }

  /** Reseals one value. @returns whether it did */
  async function reseal(value: SealedValue): Promise<boolean> {
    let sealed: Buffer | undefined = value.sealed;
    for (let look = 0; look < MOST_LOOKS; look += 1) {
      if (!sealed || vault.keyIdOf(sealed) === undefined || !vault.isOutdated(sealed)) return false;
      const text = opened(sealed, value.place);
      if (text === undefined) return false;
      if (await value.put(sealed, vault.seal(text, value.place))) return true;
      sealed = await value.read();
    }
    return false;
  }

  function opened(sealed: Buffer, place: string): string | undefined {
    try {
      return vault.open(sealed, place);
    } catch (error) {
      if (error instanceof UnsealError) return undefined;
      throw error;
    }
  }

  async function resealKind(kind: SealedKind, unreadable: string[]): Promise<ResealedKind> {
    let resealed = 0;
    await eachValue(kind, async (value) => {
      if (await reseal(value)) resealed += 1;
    });
    const counted = { current: 0, remaining: {} as Record<string, number> };
    await eachValue(kind, async ({ sealed, place }) => {
      const id = vault.keyIdOf(sealed);
      if (id === undefined) return;
      if (id === keyId) counted.current += 1;
      else {
        counted.remaining[id] = (counted.remaining[id] ?? 0) + 1;
        if (unreadable.length < MOST_NAMED) unreadable.push(nameOf(place));
      }
    });
    return { kind: kind.name, resealed, ...counted };
  }

  async function eachValue(kind: SealedKind, act: (value: SealedValue) => Promise<void>): Promise<void> {
    const lanes = new Set<Promise<void>>();
    const failures: unknown[] = [];
    for await (const key of kind.keys(redis)) {
      const lane: Promise<void> = valuesOf(redis, kind, key)
        .then(async (values) => {
          for (const value of values) await act(value);
        })
        .catch((error) => void failures.push(error))
        .finally(() => lanes.delete(lane));
      lanes.add(lane);
      if (lanes.size >= LANES) await Promise.race(lanes);
      if (failures.length > 0) break;
    }
    await Promise.all(lanes);
    if (failures.length > 0) throw failures[0];
  }

  return async () => {
    await refuseOtherKeys();
    const [canary, ...others] = kinds;
    const unreadable: string[] = [];
    const report: ResealedKind[] = [];
    if (canary) report.push(await resealKind(canary, unreadable));
    // Once more: one that has passed the old canary a moment ago is known by now, and the next one does not pass.
    await refuseOtherKeys();
    for (const kind of others) report.push(await resealKind(kind, unreadable));
    const remaining = report.flatMap((each) => Object.values(each.remaining)).reduce((a, b) => a + b, 0);
    return { keyId, kinds: report, remaining, unreadable };
  };
}

interface SealedValue {
  /** As it was read. */
  sealed: Buffer;
  /** What it is bound to. */
  place: string;
  read(): Promise<Buffer | undefined>;
  put(old: Buffer, anew: Buffer): Promise<boolean>;
}

/** What may be sealed at a key; what is not has no key id. */
async function valuesOf(redis: RedisClient, kind: SealedKind, key: string): Promise<SealedValue[]> {
  if (kind.form === 'record') {
    return Object.entries(await redis.hgetallBuffer(key)).map(([field, sealed]) => ({
      sealed,
      place: `${key}/${field}`,
      read: async () => (await redis.hgetBuffer(key, field)) ?? undefined,
      put: async (old, anew) => (await putField.run(redis, [key], [field, old, anew])) === 1,
    }));
  }
  const encoding = kind.form === 'text' ? 'base64' : undefined;
  const decoded = (stored: Buffer): Buffer =>
    encoding ? Buffer.from(stored.toString('latin1'), encoding) : stored;
  const stored = (bytes: Buffer): Buffer | string => (encoding ? bytes.toString(encoding) : bytes);
  const read = async (): Promise<Buffer | undefined> => {
    const found = await redis.getBuffer(key);
    return found === null ? undefined : decoded(found);
  };
  const sealed = await read();
  if (!sealed) return [];
  const put = async (old: Buffer, anew: Buffer): Promise<boolean> =>
    (await putString.run(redis, [key], [stored(old), stored(anew)])) === 1;
  return [{ sealed, place: key, read, put }];
}

/** Which record and field, without what is ours alone. */
const nameOf = (place: string): string => place.replace(/^mg:\{([^}]*)\}/, '$1');
