import { expect, it } from 'vitest';
import { PROVIDERS } from '../../../config/providers.js';
import { effectiveScope } from '../../../src/setup/effective-scope.js';

const endpoint = { host: 'h', port: 1, tlsType: 'Automatic' } as const;
const exchange = PROVIDERS['exchange-online'];
const base = ['openid', 'profile', 'email', 'offline_access'];

it('asks for what the endpoints need where nothing was entered', () => {
  expect(effectiveScope({ scope: [], imap: endpoint }, exchange)).toEqual([
    ...base,
    'https://outlook.office.com/IMAP.AccessAsUser.All',
  ]);
  expect(effectiveScope({ scope: [], imap: endpoint, smtp: endpoint }, exchange)).toEqual([
    ...base,
    'https://outlook.office.com/IMAP.AccessAsUser.All',
    'https://outlook.office.com/SMTP.Send',
  ]);
});

it('always adds the base scopes to what was entered, each once', () => {
  expect(effectiveScope({ scope: ['a', 'openid'], smtp: endpoint }, exchange)).toEqual([...base, 'a']);
});

it('asks Google, which has no offline_access, for its own', () => {
  expect(effectiveScope({ scope: [], imap: endpoint, smtp: endpoint }, PROVIDERS.gmail)).toEqual([
    'openid',
    'profile',
    'email',
    'https://mail.google.com/',
  ]);
});
