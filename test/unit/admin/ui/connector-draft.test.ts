/** What a connector's page makes of changes: what it sends, how it counts them, and what a connection lacks for a type. */
import { describe, expect, it } from 'vitest';
import { connectorTypes } from '../../../../connectors/index.js';
import type { Connection, ConnectorType, Provider } from '../../../../src/admin/ui/api/schema.js';
import type { SettingSchema } from '../../../../src/admin/ui/parts/schema-form/schema.js';
import { withValue } from '../../../../src/admin/ui/parts/schema-form/values.js';
import { lacking } from '../../../../src/admin/ui/screens/connectors/connection-fit.js';
import {
  afterSave,
  type ConnectorDraft,
  changesIn,
  countOf,
  patchOf,
  rebased,
  said,
} from '../../../../src/admin/ui/screens/connectors/connector-draft.js';

const schema = connectorTypes.find(({ name }) => name === 'email-receive')
  ?.settings as unknown as SettingSchema;
const stored: ConnectorDraft = {
  name: 'Invoices',
  connection: 'con_1',
  settings: { mailbox: 'INBOX', schedule: { every: '5m' }, destination: { type: 'directory', path: '/srv' } },
};
const changed = (pointer: string, value: unknown, of = stored): ConnectorDraft =>
  withValue({ ...of }, pointer, value) as unknown as ConnectorDraft;

describe('changes of a connector', () => {
  it('are sent by record and setting, and counted by what has a name on the form', () => {
    const mine = changed(
      '/settings/schedule',
      { cron: '0 8 * * *', timeZone: 'UTC' },
      changed('/name', 'Bills'),
    );
    const patch = patchOf(stored, mine, schema);
    expect(patch).toEqual({
      name: 'Bills',
      settings: { schedule: { every: null, cron: '0 8 * * *', timeZone: 'UTC' } },
    });
    expect(countOf(patch)).toBe(2);
    const titles = changesIn(patch, mine, { schema, titles: { name: 'Name' } }).map(({ title }) => title);
    expect(titles).toEqual(['Name', 'Receive Interval']);
  });

  it('go on top of what somebody else saved', () => {
    const theirs = changed('/settings/mailbox', 'Theirs', changed('/name', 'Theirs'));
    const patch = patchOf(stored, changed('/settings/mailbox', 'Mine'), schema);
    expect(rebased(theirs, patch, schema)).toEqual(changed('/settings/mailbox', 'Mine', theirs));
  });

  it('that were made while a save was under way stay, and are not saved yet', () => {
    const sent = changed('/settings/mailbox', 'Sent');
    const saved = structuredClone(sent);
    expect(afterSave(saved, { sent, now: sent }, schema)).toEqual(saved);
    const now = changed('/settings/schedule', { every: '1h' }, changed('/settings/mailbox', 'Typed', sent));
    const shown = afterSave(saved, { sent, now }, schema);
    expect(shown).toEqual(now);
    expect(patchOf(saved, shown, schema)).toEqual({
      settings: { mailbox: 'Typed', schedule: { every: '1h' } },
    });
  });

  it('take over what the service made of what was sent, a secret that it never answers too', () => {
    const sent = changed('/settings/destination', {
      ...{ type: 'webhook', url: 'http://hook.example', secret: 'sent' },
    });
    const saved = changed('/settings/destination', { type: 'webhook', url: 'http://hook.example/' });
    const now = changed('/name', 'Bills', sent);
    expect(afterSave(saved, { sent, now }, schema)).toEqual(changed('/name', 'Bills', saved));
  });

  it('are none where nothing is different', () => {
    expect(patchOf(stored, structuredClone(stored), schema)).toBeUndefined();
    expect(countOf(undefined)).toBe(0);
  });

  it('are said in a line', () => {
    expect(said({ every: '5m', from: ['a', 'b'] }, '–')).toBe('every 5m, from a, b');
    expect(said(undefined, 'nothing')).toBe('nothing');
  });
});

describe('what a connection lacks', () => {
  const type = { needs: ['imap', 'smtp'] } as ConnectorType;
  const endpoint = { host: 'mail.example', port: 1, tlsType: 'Automatic' };
  const provider = {
    scope: {
      imap: ['https://outlook.office.com/IMAP.AccessAsUser.All'],
      smtp: ['https://outlook.office.com/SMTP.Send'],
      always: [],
      appOnly: null,
    },
  } as unknown as Provider;
  const connection = (given: Partial<Connection>): Connection =>
    ({
      ...{ authentication: 'oauth2', grant: 'authorizationCode', identity: 'proved', status: 'authorized' },
      ...{ scope: [], grantedScope: [], imap: endpoint, smtp: endpoint },
      ...given,
    }) as unknown as Connection;
  const granted = ['https://outlook.office365.com/IMAP.AccessAsUser.All'];

  it('is an endpoint, or a scope that the grant does not cover, by whichever name of its resource', () => {
    const { smtp: _, ...receives } = connection({ grantedScope: granted });
    expect(lacking(receives as Connection, type, provider)).toEqual({
      endpoints: ['smtp'],
      scopes: ['https://outlook.office.com/SMTP.Send'],
    });
    expect(lacking(connection({ grantedScope: granted }), { needs: ['imap'] }, provider).scopes).toEqual([]);
  });

  it('is looked for in what a sign-in will ask for, while nothing is granted', () => {
    const asked = connection({ status: 'unauthorized', scope: granted });
    expect(lacking(asked, type, provider).scopes).toHaveLength(1);
    expect(lacking(connection({ status: 'unauthorized' }), type, provider).scopes).toEqual([]);
  });

  it('is no scope where there is none: a password, an application’s own token, a pasted one, an unknown provider', () => {
    for (const given of [
      { authentication: 'basic' },
      { grant: 'clientCredentials' },
      { identity: 'asserted' },
    ])
      expect(lacking(connection({ ...given, grantedScope: granted }), type, provider).scopes).toEqual([]);
    expect(lacking(connection({ grantedScope: granted }), type, undefined).scopes).toEqual([]);
  });
});
