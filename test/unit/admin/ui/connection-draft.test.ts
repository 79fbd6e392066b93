/** The form of a connection: what it sends, and that it warns of exactly what ends the grant. */
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../../src/admin/ui/api/client.js';
import type { Provider } from '../../../../src/admin/ui/api/schema.js';
import {
  askedScope,
  type ConnectionDraft,
  draftOf,
  inputOf,
  newDraft,
  patchOf,
  withProvider,
} from '../../../../src/admin/ui/screens/connections/connection-draft.js';
import { voidingChanges } from '../../../../src/admin/ui/screens/connections/voiding-changes.js';
import { voidingChanges as voidedByService } from '../../../../src/setup/grant-change.js';
import type { ConnectionSettings } from '../../../../src/setup/model.js';

const exchange = {
  name: 'exchange-online',
  scope: {
    ...{ imap: ['imap.all'], smtp: ['smtp.send'], always: ['openid', 'offline_access'] },
    appOnly: '.default',
  },
  imap: { host: 'outlook.office365.com', port: 993, tlsType: 'SSL/TLS' },
  smtp: { host: 'smtp.office365.com', port: 587, tlsType: 'STARTTLS' },
} as unknown as Provider;

const connection = {
  ...{ name: 'AP', user: 'ap@contoso.example', authentication: 'oauth2', application: 'app_1', scope: [] },
  ...{ grant: 'authorizationCode', tokenMode: 'getAndRefresh', imap: exchange.imap, smtp: exchange.smtp },
} as unknown as Connection;
const before = draftOf(connection);

describe('a new connection', () => {
  it('has the endpoints of its provider, and says which it is not for', () => {
    const draft = withProvider(newDraft('app_1', ['imap']), undefined, exchange);
    expect(inputOf({ ...draft, name: 'AP', user: 'ap@contoso.example' })).toEqual({
      ...{ name: 'AP', user: 'ap@contoso.example', application: 'app_1', scope: [] },
      ...{ grant: 'authorizationCode', tokenMode: 'getAndRefresh', imap: exchange.imap, smtp: null },
    });
  });

  it('keeps a host that somebody entered when another application is chosen', () => {
    const own = { ...before, imap: { ...before.imap, host: 'imap.contoso.example' } };
    expect(withProvider(own, exchange, undefined).imap.host).toBe('imap.contoso.example');
    expect(withProvider(own, exchange, undefined).smtp.host).toBe('');
  });

  it('says what a sign-in will ask for', () => {
    expect(askedScope(before, exchange)).toEqual(['openid', 'offline_access', 'imap.all', 'smtp.send']);
    const receiving = { ...before, smtp: { ...before.smtp, isOn: false } };
    expect(askedScope(receiving, exchange)).toEqual(['openid', 'offline_access', 'imap.all']);
    expect(askedScope({ ...before, scope: ' own  ' }, exchange)).toEqual(['openid', 'offline_access', 'own']);
    expect(askedScope({ ...before, grant: 'clientCredentials' }, exchange)).toEqual(['.default']);
  });
});

describe('a patch', () => {
  it('says what was changed alone', () => {
    expect(patchOf(before, { ...before })).toEqual({});
    expect(patchOf(before, { ...before, smtp: { ...before.smtp, isOn: false } })).toEqual({ smtp: null });
    const port = { ...before.imap, port: 'x' };
    expect(patchOf(before, { ...before, imap: port })).toEqual({ imap: { ...exchange.imap, port: 'x' } });
  });

  it('goes over to a password, and keeps one that is left blank', () => {
    const basic = { ...before, authentication: 'basic', password: 'p' };
    expect(patchOf(before, basic)).toEqual({ application: null, basic: { password: 'p' } });
    const kept = { ...basic, password: '' };
    expect(patchOf(kept, { ...kept, name: 'Other' })).toEqual({ name: 'Other' });
  });
});

/** The draft as the service stores it. */
const settingsOf = (draft: ConnectionDraft): ConnectionSettings => {
  const { imap, smtp, ...others } = inputOf(draft) as unknown as ConnectionSettings;
  return {
    ...others,
    authentication: draft.authentication as ConnectionSettings['authentication'],
    ...(imap && { imap }),
    ...(smtp && { smtp }),
  };
};

it.each<[string, Partial<ConnectionDraft>]>([
  ['nothing', {}],
  ['its name', { name: 'Other' }],
  ['the case of User', { user: 'AP@Contoso.example' }],
  ['User', { user: 'ar@contoso.example' }],
  ['the application', { application: 'app_2' }],
  ['the authentication', { authentication: 'basic', password: 'p' }],
  ['Scope', { scope: 'imap.all' }],
  ['to a device code', { grant: 'deviceCode' }],
  ['to app-only', { grant: 'clientCredentials' }],
  ['the token mode', { tokenMode: 'refresh' }],
  ['the port', { imap: { ...before.imap, port: '143' } }],
  ['the host', { imap: { ...before.imap, host: 'other.example' } }],
  ['to no SMTP', { smtp: { ...before.smtp, isOn: false } }],
  ['SMTP to the host of IMAP', { smtp: { ...before.smtp, host: 'outlook.office365.com' } }],
])('warns of a change of %s exactly when the service ends the grant for it', (_what, change) => {
  const after = { ...before, ...change };
  const isEnding = voidedByService(settingsOf(before), settingsOf(after)).length > 0;
  expect(voidingChanges(before, after).length > 0).toBe(isEnding);
});
