/**
 * Which passwords are refused (NIST SP 800-63B §3.1.1.2, OWASP): short ones and guessable ones. No rule about kinds of
 * characters: those make passwords worse.
 */
import { problemError } from '../contract/problem.js';
import { COMMON_WORDS, ROWS } from './common-passwords.js';

export const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 1024;
/** Beside well-known words, digits in a row and the person's name. */
const FEWEST_OWN_CHARACTERS = 6;
const FEWEST_DIFFERENT = 5;
/** A stretch of a row that counts as one thing. */
const STRETCH = 4;

const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
};

/**
 * @param person whose password it is to be: their name is no secret
 * @throws ProblemError `password-too-weak`
 */
export function refuseWeakPassword(password: string, person: { name: string }): void {
  const what = weaknessOf(password, person.name);
  if (what === undefined) return;
  throw problemError('password-too-weak', { with: { what }, fields: [{ path: '/password', message: what }] });
}

/** What is wrong with a password, as the end of a sentence; `undefined`: nothing. */
export function weaknessOf(password: string, name: string): string | undefined {
  const length = [...password.normalize('NFKC')].length;
  if (length < SHORTEST_PASSWORD) return `has fewer than ${SHORTEST_PASSWORD} characters`;
  if (length > LONGEST_PASSWORD) return `has more than ${LONGEST_PASSWORD} characters`;
  const text = password.normalize('NFKC').toLowerCase();
  if (new Set(text).size < FEWEST_DIFFERENT) return `has fewer than ${FEWEST_DIFFERENT} different characters`;
  if (isRepeated(text)) return 'is one thing said again and again';
  const spellings = [text, [...text].map((each) => LOOKALIKES[each] ?? each).join('')];
  const rests = spellings.map((spelling) => ownPart(spelling, name.toLowerCase()));
  return rests.some((rest) => rest.length < FEWEST_OWN_CHARACTERS)
    ? 'is made of well-known words, of rows of keys, or of your name'
    : undefined;
}

/** Whether it is a short piece repeated: `abc!abc!abc!`. */
const isRepeated = (text: string): boolean => (text + text).indexOf(text, 1) < text.length;

/** What is left without what anybody would guess. A password with nothing of that kind in it is wholly its own. */
function ownPart(text: string, name: string): string {
  const names = [name, ...name.split(/[^\p{L}\p{N}]+/u)].filter((part) => part.length >= 3);
  let rest = text;
  // Longest first, so that a word is not taken apart by a shorter one in it.
  const words = [...names, ...COMMON_WORDS].sort((a, b) => b.length - a.length);
  for (const word of words) rest = rest.replaceAll(word, ' ');
  rest = withoutStretches(rest);
  return rest === text ? text : rest.replace(/\s+|(19|20)\d\d/g, '');
}

/** Takes out what runs along a keyboard row or the alphabet, either way. */
function withoutStretches(text: string): string {
  const isStretch = (part: string): boolean =>
    ROWS.some((row) => row.includes(part) || row.includes([...part].reverse().join('')));
  let rest = '';
  for (let at = 0; at < text.length; ) {
    let end = at + STRETCH;
    if (end > text.length || !isStretch(text.slice(at, end))) {
      rest += text[at];
      at += 1;
      continue;
    }
    while (end < text.length && isStretch(text.slice(at, end + 1))) end += 1;
    at = end;
  }
  return rest;
}
