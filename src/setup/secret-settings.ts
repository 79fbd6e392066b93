/** Secrets among a connector's settings, by the JSON pointers that its type names: taken out, put back, and kept to their origin. */
import { problemError } from '../contract/problem.js';
import { isRecord, type JsonObject } from './schema-node.js';

/** JSON pointer → secret. */
export type SecretSettings = Record<string, string>;

const tokensOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));

/** The object that holds what a pointer names, and the name in it. */
function holderOf(settings: JsonObject, pointer: string): { holder: JsonObject; name: string } | undefined {
  const tokens = tokensOf(pointer);
  const name = tokens.pop();
  let holder: unknown = settings;
  // Own members alone: a pointer may come from a document, and must not lead to what all objects share.
  for (const token of tokens)
    holder = isRecord(holder) && Object.hasOwn(holder, token) ? holder[token] : undefined;
  return isRecord(holder) && name !== undefined ? { holder, name } : undefined;
}

/** @returns settings without their secrets, and the secrets; the argument is not changed */
export function takenOut(
  settings: JsonObject,
  pointers: readonly string[],
): { settings: JsonObject; secrets: SecretSettings } {
  const bare = structuredClone(settings);
  const secrets: SecretSettings = {};
  for (const pointer of pointers) {
    const found = holderOf(bare, pointer);
    const value = found?.holder[found.name];
    if (!found || value === undefined) continue;
    if (typeof value === 'string') secrets[pointer] = value;
    delete found.holder[found.name];
  }
  return { settings: bare, secrets };
}

/** @returns settings with their secrets; one whose object is gone has no place any more and is left out */
export function putBack(settings: JsonObject, secrets: SecretSettings): JsonObject {
  const whole = structuredClone(settings);
  for (const [pointer, value] of Object.entries(secrets)) {
    const found = holderOf(whole, pointer);
    if (found) found.holder[found.name] = value;
  }
  return whole;
}

/** Whether a patch brings the secret of a pointer with it. */
export function brings(patch: unknown, pointer: string): boolean {
  const found = isRecord(patch) ? holderOf(patch, pointer) : undefined;
  return found !== undefined && found.holder[found.name] !== undefined;
}

/** Where a secret goes: the origin of the URL that stands beside it in the same object. */
export function originBeside(settings: JsonObject, pointer: string): string | undefined {
  const found = holderOf(settings, pointer);
  const urls = Object.values(found?.holder ?? {}).filter(
    (value): value is string => typeof value === 'string' && /^https?:/i.test(value) && URL.canParse(value),
  );
  return urls[0] === undefined ? undefined : new URL(urls[0]).origin;
}

/**
 * @param settings `patch`: what was sent for them; `under`: where they lie in the record, for the fault's path
 * @throws ProblemError `secret-needed-again` when a stored secret would go to another origin
 */
export function refuseOldSecret(
  before: JsonObject,
  after: JsonObject,
  { pointer, patch, under }: { pointer: string; patch: unknown; under: '' | '/settings' },
): void {
  const isKept = takenOut(after, [pointer]).secrets[pointer] !== undefined;
  const [from, to] = [originBeside(before, pointer), originBeside(after, pointer)];
  if (!isKept || brings(patch, pointer) || from === undefined || from === to) return;
  throw problemError('secret-needed-again', {
    with: { secret: pointer.split('/').at(-1) ?? 'secret', origin: to ?? 'nowhere' },
    fields: [{ path: `${under}${pointer}`, message: 'is needed again' }],
  });
}
