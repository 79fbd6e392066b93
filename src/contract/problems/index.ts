/** The catalogue: every problem Mailgrant can raise, by area. */
import { accountProblems } from './account.js';
import { alertProblems } from './alerts.js';
import { applicationProblems } from './application.js';
import { clientCredentialProblems } from './client-credentials.js';
import type { ProblemDefinition } from './definition.js';
import { grantProblems } from './grant.js';
import { grantKindProblems } from './grant-kinds.js';
import { openIdProblems } from './openid.js';
import { peopleProblems } from './people.js';
import { receiveProblems } from './receive.js';
import { sendProblems } from './send.js';
import { serviceProblems } from './service.js';
import { setupProblems } from './setup.js';
import { signInProblems } from './sign-in.js';
import { smtpSignInProblems } from './smtp-sign-in.js';
import { testConnectionProblems } from './test-connection.js';
import { tokenEndpointProblems } from './token-endpoint.js';
import { transferProblems } from './transfer.js';
import { warningProblems } from './warnings.js';

export const catalogue = {
  ...serviceProblems,
  ...setupProblems,
  ...clientCredentialProblems,
  ...grantProblems,
  ...grantKindProblems,
  ...accountProblems,
  ...applicationProblems,
  ...signInProblems,
  ...tokenEndpointProblems,
  ...receiveProblems,
  ...smtpSignInProblems,
  ...sendProblems,
  ...warningProblems,
  ...alertProblems,
  ...testConnectionProblems,
  ...transferProblems,
  ...peopleProblems,
  ...openIdProblems,
} satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof catalogue;
export type { ProblemDefinition } from './definition.js';
