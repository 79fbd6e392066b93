/** Every place where something is sealed is one that `mailgrant reseal` looks at; else its secrets would need the former key for ever. */
import { expect, it } from 'vitest';
import { SEALED_KINDS } from '../../src/transfer/sealed-kinds.js';
import { sourceFiles } from './source-files.js';

/** File that calls the vault's seal → the kind of src/transfer/sealed-kinds that its values are among. */
const SEALED_IN: Readonly<Record<string, string>> = {
  'src/storage/vault-canary.ts': 'canary',
  'src/setup/applications.ts': 'applications',
  'src/setup/connections.ts': 'connections',
  'src/oauth/token-store.ts': 'connections',
  'src/setup/connectors.ts': 'connectors',
  'src/setup/alert-channels.ts': 'alert channels',
  'src/oauth/sign-in/sign-in-attempts.ts': 'sign-ins',
  'src/oauth/people/person-attempts.ts': 'sign-ins of people',
  'src/oauth/device/device-attempts.ts': 'device sign-ins',
};
/** Reseals itself. */
const RESEALS = 'src/transfer/reseal.ts';

const callers = sourceFiles('src')
  .filter(({ path, text }) => path !== RESEALS && /\.seal\(/.test(text))
  .map(({ path }) => path)
  .sort();

it('knows every file that seals', () => {
  expect(callers).toEqual(Object.keys(SEALED_IN).sort());
});

it('looks at each kind that something is sealed in, and at no other', () => {
  const kinds = SEALED_KINDS.map(({ name }) => name);
  expect(new Set(Object.values(SEALED_IN))).toEqual(new Set(kinds));
  expect(new Set(kinds).size, kinds.join(', ')).toBe(kinds.length);
});
