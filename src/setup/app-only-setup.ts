/**
 * What an administrator runs in Exchange Online PowerShell so that an application may open one mailbox (Microsoft:
 * "Authenticate an IMAP, POP or SMTP connection using OAuth", app-only), with what is known filled in.
 */
import { powershellText } from '../contract/powershell-text.js';
import type { Application, Connection } from './model.js';

export interface AppOnlySetup {
  /** In this order. */
  cmdlets: string[];
  /** What nobody here knows, and where it stands. */
  toFillIn: { placeholder: string; where: string }[];
  notes: string[];
}

const OBJECT_ID = '<ENTERPRISE-APPLICATION-OBJECT-ID>';
const APP_ID = '<APPLICATION-ID>';

const APPLICATION_PERMISSIONS =
  'Before: give the application the application permissions IMAP.AccessAsApp and SMTP.SendAsApp of Office 365 Exchange Online, and consent to them as an administrator (mailgrant applications admin-consent --app-only).';

/** A managed identity has no app registration, so no page of Entra adds a permission to it, and no consent link does. */
const IDENTITY_PERMISSIONS = `Before: give the managed identity the same permissions with Microsoft Graph PowerShell; no page of Entra does that for an identity:
  Connect-MgGraph -Scopes Application.Read.All, AppRoleAssignment.ReadWrite.All
  $exchange = Get-MgServicePrincipal -Filter "appId eq '00000002-0000-0ff1-ce00-000000000000'"
  $exchange.AppRoles | Where-Object Value -in 'IMAP.AccessAsApp', 'SMTP.SendAsApp' | ForEach-Object { New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId '${OBJECT_ID}' -PrincipalId '${OBJECT_ID}' -ResourceId $exchange.Id -AppRoleId $_.Id }`;

/** @param application of the connection; `undefined`: it has none yet */
export function appOnlySetup({ settings }: Connection, application: Application | undefined): AppOnlySetup {
  const { clientAuth } = application?.settings ?? {};
  // The Client Id of a managed identity that the system assigned is only a name here.
  const isNamed =
    application !== undefined &&
    !(clientAuth?.method === 'managedIdentity' && clientAuth.identity !== 'userAssigned');
  const appId = isNamed ? application.settings.clientId : APP_ID;
  const mailbox = powershellText(settings.user);
  return {
    cmdlets: [
      `New-ServicePrincipal -AppId ${powershellText(appId)} -ObjectId ${powershellText(OBJECT_ID)}`,
      `Add-MailboxPermission -Identity ${mailbox} -User ${powershellText(OBJECT_ID)} -AccessRights FullAccess`,
      `Add-RecipientPermission ${mailbox} -Trustee ${powershellText(OBJECT_ID)} -AccessRights SendAs -Confirm:$false`,
    ],
    toFillIn: [
      {
        placeholder: OBJECT_ID,
        where:
          'Entra admin center, Enterprise applications (not App registrations, whose Object ID fails), the application, Overview: Object ID. The same on each line.',
      },
      ...(isNamed
        ? []
        : [
            {
              placeholder: APP_ID,
              where:
                'Entra admin center, Enterprise applications, the managed identity, Overview: Application ID.',
            },
          ]),
    ],
    notes: [
      'Run them in PowerShell after Connect-ExchangeOnline, as an Exchange administrator of the tenant.',
      clientAuth?.method === 'managedIdentity' ? IDENTITY_PERMISSIONS : APPLICATION_PERMISSIONS,
      'New-ServicePrincipal is run once per application, the other two for each mailbox. It takes up to an hour until Exchange goes by them.',
    ],
  };
}
