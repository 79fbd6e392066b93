import { describe, expect, it } from 'vitest';
import { readScope } from '../../../src/sandbox/authorization/scopes.js';

describe('scopes, as Entra reads them', () => {
  it('sets the OpenID scopes apart from those of the resource', () => {
    const scope = readScope('openid offline_access https://outlook.office.com/SMTP.Send');
    expect([...scope.openid]).toEqual(['openid', 'offline_access']);
    expect(scope).toMatchObject({ resource: 'outlook', permissions: ['SMTP.Send'], mixed: false });
  });

  it('takes outlook.office365.com for the same resource', () => {
    expect(readScope('https://outlook.office365.com/IMAP.AccessAsUser.All')).toMatchObject({
      resource: 'outlook',
    });
  });

  it('takes a bare permission for one of Graph', () => {
    expect(readScope('IMAP.AccessAsUser.All')).toMatchObject({
      resource: 'graph',
      names: ['https://graph.microsoft.com/IMAP.AccessAsUser.All'],
    });
  });

  it('says when two resources are mixed, and lets the first win', () => {
    expect(
      readScope('https://outlook.office.com/SMTP.Send https://graph.microsoft.com/User.Read'),
    ).toMatchObject({
      mixed: true,
      resource: 'outlook',
      permissions: ['SMTP.Send'],
    });
  });

  it('refuses a permission or resource that does not exist', () => {
    expect(() => readScope('https://outlook.office.com/Everything')).toThrow(
      expect.objectContaining({ code: 70011 }),
    );
    expect(() => readScope('https://elsewhere.example/SMTP.Send')).toThrow(
      expect.objectContaining({ code: 500011 }),
    );
  });
});
