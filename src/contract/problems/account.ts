/** Problems of the account that signs in, and of what its tenant allows it (EXCHANGE-ONLINE.md §2; the table that maps onto them is oauth/server-errors). */
import { definitions } from './definition.js';

export const accountProblems = definitions({
  'blocked-by-policy': {
    title: 'A policy of the tenant blocks this sign-in',
    detail: 'Conditional Access refused {user}.',
    owner: 'tenant-admin',
    next: 'Give an administrator of the tenant the correlation id {correlationId}: the sign-in log in Entra names the policy. Sign in again as {user} when it lets {user} through.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 403,
    example:
      'AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  },
  'device-not-compliant': {
    title: 'A policy of the tenant wants a managed device',
    detail:
      'Conditional Access lets {user} sign in from a compliant or domain-joined device only, and keeps asking for it when the grant is renewed.',
    owner: 'tenant-admin',
    next: 'Have an administrator of the tenant exclude {user} from the policy that wants the device (the sign-in log names it, correlation id {correlationId}), then sign in again; or use an app-only connection.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 403,
    example:
      'AADSTS53000: Device is not in required device state: compliant. Conditional Access policy requires a compliant device, and the device is not compliant.',
  },
  'blocked-by-security-defaults': {
    title: 'Security defaults block this sign-in',
    detail: 'The security defaults of the tenant refused {user}.',
    owner: 'tenant-admin',
    next: 'Have an administrator of the tenant look up the correlation id {correlationId} in the sign-in log. Security defaults know no exceptions: where {user} must pass, replace them by Conditional Access policies.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 403,
    example: 'AADSTS530035: Access has been blocked by security defaults.',
  },
  'user-not-assigned': {
    title: 'The user is not assigned to the application',
    detail: 'The application (Client Id {clientId}) requires assignment, and {user} is not assigned to it.',
    owner: 'tenant-admin',
    next: 'In Entra under Enterprise applications, the one with Application ID {clientId}, add {user} to Users and groups; then sign in again as {user}.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 403,
    example:
      'AADSTS50105: Your administrator has configured the application to block users unless they are specifically granted access to the application.',
  },
  'account-disabled': {
    title: 'The account is disabled',
    detail: 'The provider says that {user} is disabled.',
    owner: 'tenant-admin',
    next: 'Have the account {user} enabled, then sign in again as {user}.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 409,
    example: 'AADSTS50057: The user account is disabled.',
  },
  'account-not-found': {
    title: 'The account does not exist there',
    detail: 'The provider knows no account {user} in tenant {tenant}.',
    owner: 'user',
    next: 'Check User of the connection and Tenant of {application}: one of the two is mistyped, or the account was deleted.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 409,
    example:
      'AADSTS50034: The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  },
  'account-of-other-tenant': {
    title: 'The account belongs to another tenant',
    detail: 'The provider knows the account only outside tenant {tenant}, which {application} names.',
    owner: 'user',
    next: 'Sign in with an account of that tenant, or set Tenant of {application} to the tenant of {user}.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 403,
    example:
      'AADSTS50020: User account from identity provider does not exist in tenant and cannot access the application in that tenant.',
  },
  'account-locked': {
    title: 'The account is locked',
    detail: 'Too many failed sign-ins locked {user}.',
    owner: 'user',
    next: 'Wait for the lock to end or have the account unlocked, then sign in again as {user}. Look for a program that still uses an old password of {user}.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 409,
    example:
      "AADSTS50053: The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  },
  'account-type-unsupported': {
    title: 'The application does not take this kind of account',
    detail: 'Supported account types of {application} exclude the account {user}.',
    owner: 'service-admin',
    next: 'In the app registration {clientId} change Supported account types (Authentication), or sign in with an account of the right kind; personal accounts use the preset Outlook.com.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 409,
    example:
      'AADSTS9002332: Application is configured for use by Azure Active Directory users only. Please do not use the /consumers endpoint to serve this request.',
  },
});
