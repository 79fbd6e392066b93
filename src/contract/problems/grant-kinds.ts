/** Problems of the ways into a connection beside the sign-in in a browser: app-only, device code, tokens supplied by hand. */
import { definitions } from './definition.js';

export const grantKindProblems = definitions({
  'access-token-ended': {
    title: 'The access token ended, and nothing renews it',
    detail:
      'The access token of {user} ended at {at}. Token Mode is {tokenMode}, and there is no refresh token that Mailgrant may use.',
    owner: 'user',
    next: 'Paste a new access token, or a refresh token (with Token Mode refresh or getAndRefresh) so that it renews itself; or set Token Mode to getAndRefresh and sign in as {user}. What is held goes on by itself then.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 409,
  },
  'access-token-refused': {
    title: 'The pasted access token is refused, and nothing renews it',
    detail:
      'A mail server refused the access token of {user}, which was to be good until {at}. It was supplied by hand, so no other can be had in its place.',
    owner: 'user',
    next: 'Paste a new access token that was issued to {user} for the mail server (for Exchange Online with the scope https://outlook.office.com/…, not Graph). Test Connection shows the server’s own words.',
    verdict: 'hold',
    reach: 'connector',
    httpStatus: 409,
  },
  'nothing-to-refresh': {
    title: 'There is nothing to refresh with',
    detail:
      'Token Mode of this connection of {user} is {tokenMode}, and {what}. The access token stays as it is.',
    owner: 'user',
    next: 'Paste new tokens; or set Token Mode to refresh and paste a refresh token, or to getAndRefresh and sign in as {user}.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 409,
  },
  'sign-in-not-started': {
    title: 'Token Mode lets no sign-in start here',
    detail:
      'Token Mode of this connection of {user} is {tokenMode}: its tokens are supplied from outside, and Mailgrant starts no sign-in by itself.',
    owner: 'user',
    next: 'Paste tokens (mailgrant connections tokens, POST …/tokens) or import a grant; or set Token Mode to getAndRefresh and start the sign-in again.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 409,
  },
  'app-only-signs-nobody-in': {
    title: 'An app-only connection has no sign-in',
    detail:
      'The grant of this connection is clientCredentials: the application reaches the mailbox {user} by itself, and nobody signs in.',
    owner: 'user',
    next: 'Press Get New Access Token (mailgrant connections refresh, POST …/refresh). To sign in as {user} instead, set Grant to authorizationCode or deviceCode.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 409,
  },
  'app-only-token-refused': {
    title: 'The application gets no token of its own',
    detail:
      '{host} refused {application} ({clientId}) a token for {scope}: {what}. No sign-in is involved, so none mends it.',
    owner: 'tenant-admin',
    next: 'Read the server’s words below. In the app registration the application permissions IMAP.AccessAsApp and SMTP.SendAsApp (Office 365 Exchange Online) need admin consent: {adminConsentUrl}. A policy for workload identities has to let the application through. It is asked again every 15 minutes by itself, and at once by Get New Access Token.',
    verdict: 'wait-until',
    reach: 'connection',
    httpStatus: 502,
    example:
      'AADSTS53003: Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
  },
  'device-code-not-offered': {
    title: 'The server offers no device code',
    detail:
      'Neither the preset nor the metadata of {issuer} names a device authorization endpoint (RFC 8628).',
    owner: 'service-admin',
    next: 'Sign in in a browser instead (Get New Access Token), or headless: open the authorization URL anywhere and paste back the address that the browser ends on.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 409,
  },
  'device-code-expired': {
    title: 'Nobody entered the device code in time',
    detail: 'The code was good until {at}, and {user} did not sign in with it.',
    owner: 'user',
    next: 'Start the device sign-in again, open the link, enter the new code and sign in as {user}.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 410,
    example: 'expired_token',
  },
  'device-code-declined': {
    title: 'The device sign-in was declined',
    detail: 'Whoever entered the code for {user} answered no; nothing was stored.',
    owner: 'user',
    next: 'Start the device sign-in again and accept as {user}; where nobody here declined it, the code came into other hands, and nothing was given away.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 403,
    example: 'authorization_declined',
  },
  'grant-voided': {
    title: 'A change of the settings ended the sign-in',
    detail: 'The sign-in of {user} does not cover the connection as it is now: {what}.',
    owner: 'user',
    next: 'Get New Access Token once more (sign in as {user}, or paste tokens for it); what is held goes on by itself then. Setting the old value back does not bring the old sign-in back.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 409,
  },
  'user-renamed': {
    title: 'The account has another name now',
    detail:
      'The account that signed in as {before} is called {signedIn} at the provider now, and User of the connection is {user}. Somebody else may have the old name.',
    owner: 'service-admin',
    next: 'Set User of the connection to {signedIn} and sign in as {signedIn}; or, where {user} is an account of its own, sign out and sign in as {user}.',
    verdict: 'hold',
    reach: 'connection',
    httpStatus: 409,
  },
  'admin-consent-not-offered': {
    title: 'The provider has no admin-consent link',
    detail: 'The preset {provider} knows no page on which an administrator consents for everybody.',
    owner: 'service-admin',
    next: 'Have each user consent on signing in, or the provider’s administrator allow the application there.',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 409,
  },
  'not-revoked': {
    title: 'The tokens were not revoked at the provider',
    detail:
      'The tokens of {user} are forgotten here, but {host} did not take their revocation: {what}. They stay good there until they end.',
    owner: 'user',
    next: 'Where that matters, remove the access of the application in the account of {user} at the provider (Entra: My Apps, or Revoke sessions by an administrator).',
    verdict: 'fail',
    reach: 'request',
    httpStatus: 502,
  },
});
