/** The catalogue: every problem Mailgrant can raise, by area. */
import type { ProblemDefinition } from './definition.js';
import { oauthProblems } from './oauth.js';
import { receiveProblems } from './receive.js';
import { sendProblems } from './send.js';
import { serviceProblems } from './service.js';
import { setupProblems } from './setup.js';
import { tokenEndpointProblems } from './token-endpoint.js';

export const catalogue = {
  ...serviceProblems,
  ...setupProblems,
  ...oauthProblems,
  ...tokenEndpointProblems,
  ...receiveProblems,
  ...sendProblems,
} satisfies Record<string, ProblemDefinition>;

export type ProblemCode = keyof typeof catalogue;
export type { ProblemDefinition } from './definition.js';
