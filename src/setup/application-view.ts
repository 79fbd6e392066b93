/** What the API answers for an application; there is nothing secret in it. */
import { type Static, Type } from 'typebox';
import type { Problem } from '../contract/problem.js';
import { clientAuthViewSchema } from './client-auth-schema.js';
import type { Application } from './model.js';
import { isoTime, problemOrNullSchema, problemView, timeSchema, warningsSchema } from './view-parts.js';

export const applicationViewSchema = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  provider: Type.String(),
  tenant: Type.Optional(Type.String()),
  issuer: Type.Optional(Type.String()),
  authUrl: Type.Optional(Type.String()),
  accessTokenUrl: Type.Optional(Type.String()),
  clientId: Type.String(),
  clientAuth: clientAuthViewSchema,
  callbackUrl: Type.String({ description: 'The redirect URI to register at the provider.' }),
  problem: problemOrNullSchema,
  warnings: warningsSchema,
  createdAt: timeSchema,
});

export type ApplicationView = Static<typeof applicationViewSchema>;

/**
 * @param callbackUrl the service's own Callback URL, for applications without an override
 * @param warnings of setup/warnings
 */
export function applicationView(
  application: Application,
  callbackUrl: string,
  warnings: readonly Problem[] = [],
): ApplicationView {
  const { id, version, settings, failure, secondSecret, createdAt } = application;
  const { certificate: _, ...clientAuth } = { certificate: undefined, ...settings.clientAuth };
  return {
    id,
    version,
    ...settings,
    clientAuth: { ...clientAuth, ...(secondSecret !== undefined && { secondSecret }) },
    callbackUrl: settings.callbackUrl ?? callbackUrl,
    problem: failure ? problemView(failure) : null,
    warnings: warnings.map(problemView),
    createdAt: isoTime(createdAt),
  };
}
