import { describe, expect, it } from 'vitest';
import { graphScopes, missingScopes } from '../../../../src/oauth/sign-in/granted-scope.js';

const IMAP = 'https://outlook.office.com/IMAP.AccessAsUser.All';
const SMTP = 'https://outlook.office.com/SMTP.Send';

describe('missing scopes', () => {
  it('are those that nothing granted covers, whatever the letters’ case', () => {
    expect(missingScopes({ needed: [IMAP, SMTP], granted: [IMAP.toLowerCase()] })).toEqual([SMTP]);
  });
  it('are not the OpenID scopes: servers need not name them', () => {
    expect(
      missingScopes({ needed: ['openid', 'profile', 'email', 'offline_access', IMAP], granted: [IMAP] }),
    ).toEqual([]);
  });
  it('are not those under the other name of the same resource', () => {
    expect(missingScopes({ needed: [SMTP], granted: ['https://outlook.office365.com/SMTP.Send'] })).toEqual(
      [],
    );
  });
  it('are those that were granted for another cloud or for Graph', () => {
    const granted = [
      'https://outlook.office365.us/SMTP.Send',
      'https://graph.microsoft.com/SMTP.Send',
      'SMTP.Send',
    ];
    expect(missingScopes({ needed: [SMTP], granted })).toEqual([SMTP]);
  });
});

describe('scopes of Graph', () => {
  it('are mail permissions under Graph, or bare from Exchange Online', () => {
    expect(graphScopes(['https://graph.microsoft.com/SMTP.Send', 'openid'], [])).toEqual([
      'https://graph.microsoft.com/SMTP.Send',
    ]);
    expect(graphScopes(['IMAP.AccessAsUser.All'], [IMAP])).toEqual(['IMAP.AccessAsUser.All']);
  });
  it('are not Graph’s other permissions, nor the right ones', () => {
    expect(graphScopes(['https://graph.microsoft.com/User.Read', IMAP, SMTP], [IMAP, SMTP])).toEqual([]);
  });
  it('are none at a server whose scopes simply have such names', () => {
    expect(graphScopes(['smtp.send'], ['smtp.send'])).toEqual([]);
  });
});
