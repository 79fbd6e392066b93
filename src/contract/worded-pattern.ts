/** Patterns of JSON Schema with what they allow in words: a fault says the words, since nobody reads a regular expression. */
const WORDS = new Map<string, string>();

/**
 * @param pattern as JSON Schema has it
 * @param words what is allowed, so that "must be …" reads well
 * @returns the pattern, to be put into a schema
 * @throws Error where the same pattern has other words already: faults are told by the pattern alone
 */
export function worded<Pattern extends string>(pattern: Pattern, words: string): Pattern {
  const known = WORDS.get(pattern);
  if (known !== undefined && known !== words)
    throw new Error(`the pattern ${pattern} is "${known}" and "${words}"`);
  WORDS.set(pattern, words);
  return pattern;
}

/** What a pattern allows; `undefined` where nobody said it. */
export const wordsOf = (pattern: string): string | undefined => WORDS.get(pattern);
