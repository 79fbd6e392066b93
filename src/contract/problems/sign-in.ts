/** Problems of one sign-in in a browser; nothing is stored then. */
import { definitions } from './definition.js';

export const signInProblems = definitions({
  'wrong-user': {
    title: 'The wrong user signed in',
    detail: 'The connection belongs to {user}, but {signedIn} signed in. Nothing was stored.',
    owner: 'user',
    next: 'Sign in again and choose {user}. For a shared mailbox, which nobody can sign in as, use an app-only connection.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
  },
  'wrong-tenant': {
    title: 'The account is of another tenant',
    detail:
      '{signedIn} signed in from tenant {actual}, but the application names tenant {expected}. Nothing was stored.',
    owner: 'user',
    next: 'Sign in with an account of tenant {expected}, or change Tenant of the application.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
  },
  'account-changed': {
    title: 'Another account now has that name',
    detail:
      '{signedIn} is not the account that this connection was signed in with before (tid and oid differ). Nothing was stored.',
    owner: 'user',
    next: 'If the mailbox was recreated, sign out of the connection first and then sign in again.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 403,
  },
  'identity-unprovable': {
    title: 'The server does not say who signed in',
    detail: 'Neither an id_token nor userinfo came back, so the user cannot be proved. Nothing was stored.',
    owner: 'service-admin',
    next: 'Use a server that supports OpenID Connect, and let the scope "openid profile email" through.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
  },
  'offline-access-not-granted': {
    title: 'No refresh token came back',
    detail:
      'The server granted no offline_access, so the mailbox would go silent within the hour. Nothing was stored.',
    owner: 'tenant-admin',
    next: 'Let the application have the permission offline_access (Entra: API permissions, Microsoft Graph, delegated; Gmail: access_type=offline), and sign in again.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
  },
  'scope-not-granted': {
    title: 'A scope was not granted',
    detail: 'The sign-in gave {granted}; {missing} is missing. Nothing was stored.',
    owner: 'user',
    next: 'In the app registration under API permissions add what is missing ({missing}), then sign in again and accept every permission on the consent page.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
  },
  'scope-for-graph': {
    title: 'The token is for Microsoft Graph, not for mail',
    detail:
      'The granted scope names Graph ({granted}); IMAP and SMTP refuse such a token. Nothing was stored.',
    owner: 'service-admin',
    next: 'Set Scope to https://outlook.office.com/IMAP.AccessAsUser.All and https://outlook.office.com/SMTP.Send, with the whole URL, and sign in again. In the app registration the permissions stay under Microsoft Graph.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
    example: 'scope=https://graph.microsoft.com/IMAP.AccessAsUser.All',
  },
  'sign-in-link-used': {
    title: 'This sign-in link was used already',
    detail: 'A sign-in can be finished once. Nothing was changed.',
    owner: 'user',
    next: 'Go back to the connection and start the sign-in again.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 400,
    example:
      'AADSTS54005: OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  },
  'sign-in-link-expired': {
    title: 'This sign-in link expired',
    detail:
      'A sign-in must be finished within ten minutes of its start, and Mailgrant no longer knows this one. Nothing was changed.',
    owner: 'user',
    next: 'Go back to the connection and start the sign-in again.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 400,
  },
  'sign-in-superseded': {
    title: 'The connection changed during the sign-in',
    detail:
      'User, Scope, application or host changed, or another sign-in finished, after this one was started. Nothing was stored.',
    owner: 'user',
    next: 'Start the sign-in again.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 409,
  },
  'sign-in-other-browser': {
    title: 'The sign-in was started in another browser',
    detail:
      'A sign-in that was started on the page must be finished in the same browser. Nothing was stored.',
    owner: 'user',
    next: 'Start the sign-in again in this browser.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
  },
  'callback-invalid': {
    title: 'The answer of the sign-in server does not fit',
    detail: 'The callback failed a check: {what}. Nothing was stored.',
    owner: 'user',
    next: 'Start the sign-in again; if it happens again, check issuer and endpoints of the application.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 400,
    example:
      'AADSTS501481: The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  },
});
