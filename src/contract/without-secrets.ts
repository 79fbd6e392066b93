/** Takes known secrets out of foreign words: a server may repeat in its answer what it was sent (law 7). */

const REMOVED = '[secret]';
/** Shorter encoded forms would take innocent words out. */
const SHORTEST_ENCODED = 6;

/** The forms that a secret takes on its way: as it is, escaped for JSON and URLs, in base64 at its three alignments. */
export function secretForms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const encoded = [encodeURIComponent(secret), ...base64Forms(secret)];
  return [secret, json, ...encoded.filter(({ length }) => length >= SHORTEST_ENCODED)];
}

/**
 * @param words of a server
 * @param secrets that it was sent; an empty one is none
 */
export function withoutSecrets(words: string, secrets: readonly string[]): string {
  let clean = words;
  for (const secret of secrets) {
    // No form of a secret is shorter than it is; most replies are shorter than a token.
    if (secret === '' || words.length < secret.length) continue;
    for (const form of secretForms(secret)) if (clean.includes(form)) clean = clean.replaceAll(form, REMOVED);
  }
  return clean;
}

/** The secret in base64, without the characters that depend on its neighbours. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((offset * 8) / 6);
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(first, whole);
  });
}
