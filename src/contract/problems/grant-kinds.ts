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
});
