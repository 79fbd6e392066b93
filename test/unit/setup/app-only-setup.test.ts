import { describe, expect, it } from 'vitest';
import { appOnlySetup } from '../../../src/setup/app-only-setup.js';
import type { Application, Connection } from '../../../src/setup/model.js';

const connection = (user: string): Connection => ({ settings: { user } }) as Connection;
const application = (clientAuth: Application['settings']['clientAuth']): Application =>
  ({ settings: { clientId: 'client-1', clientAuth } }) as Application;

describe('what an administrator runs', () => {
  it('are the three cmdlets, in their order, with the mailbox and the application filled in', () => {
    const { cmdlets } = appOnlySetup(connection('a@contoso.com'), application({ method: 'none' }));
    expect(cmdlets).toEqual([
      "New-ServicePrincipal -AppId 'client-1' -ObjectId '<ENTERPRISE-APPLICATION-OBJECT-ID>'",
      "Add-MailboxPermission -Identity 'a@contoso.com' -User '<ENTERPRISE-APPLICATION-OBJECT-ID>' -AccessRights FullAccess",
      "Add-RecipientPermission 'a@contoso.com' -Trustee '<ENTERPRISE-APPLICATION-OBJECT-ID>' -AccessRights SendAs -Confirm:$false",
    ]);
  });

  it('says where each placeholder stands, and that the App registration’s object id fails', () => {
    const { cmdlets, toFillIn } = appOnlySetup(
      connection('a@contoso.com'),
      application({ method: 'managedIdentity' }),
    );
    const named = cmdlets.join(' ').match(/<[A-Z-]+>/g) ?? [];
    expect(toFillIn.map(({ placeholder }) => placeholder).sort()).toEqual([...new Set(named)].sort());
    expect(toFillIn[0]?.where).toContain('not App registrations, whose Object ID fails');
  });

  it('gives a managed identity its permissions by cmdlet, since it has no registration to consent to', () => {
    const notesOf = (method: 'managedIdentity' | 'none'): string =>
      appOnlySetup(connection('a@contoso.com'), application({ method })).notes.join('\n');
    expect(notesOf('managedIdentity')).toContain('New-MgServicePrincipalAppRoleAssignment');
    expect(notesOf('managedIdentity')).not.toContain('admin-consent');
    expect(notesOf('none')).toContain('admin-consent');
  });

  it.each(["o'neil@contoso.com", 'o’neil@contoso.com'])('lets no address end its string: %s', (user) => {
    const quote = /['’]/.exec(user)?.[0] ?? '';
    const { cmdlets } = appOnlySetup(connection(user), undefined);
    expect(cmdlets[1]).toContain(`'o${quote}${quote}neil@contoso.com'`);
  });
});
