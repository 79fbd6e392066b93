/** /providers: the presets that an application is made from, as the form fills them in, and the service's own Callback URL. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { ProviderPreset } from '../../contract/provider.js';
import { type AdminDependencies, callbackUrlOf } from '../dependencies.js';

const endpoint = Type.Object({
  host: Type.String(),
  port: Type.Integer(),
  tlsType: Type.String({ description: 'Automatic, STARTTLS, SSL/TLS or None' }),
});

const providerSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  issuer: Type.Optional(Type.String({ description: '{tenant} stands for the tenant, here and below.' })),
  authUrl: Type.Optional(Type.String()),
  accessTokenUrl: Type.Optional(Type.String()),
  tenant: Type.Optional(Type.String({ description: 'The tenant that is implied.' })),
  tenantRequired: Type.Boolean(),
  scope: Type.Object({
    imap: Type.Array(Type.String()),
    smtp: Type.Array(Type.String()),
    always: Type.Array(Type.String(), { description: 'Added to every scope.' }),
    appOnly: Type.Union([Type.String(), Type.Null()], {
      description: 'Asked for by the application itself; null: there is no such thing.',
    }),
  }),
  imap: Type.Optional(endpoint),
  smtp: Type.Optional(endpoint),
  hasDeviceCode: Type.Boolean({ description: 'Whether a device code can be asked for without discovery.' }),
  hasAdminConsent: Type.Boolean(),
  basicRefused: Type.Boolean(),
  limits: Type.Object({
    smtpConnections: Type.Integer(),
    messagesPerMinute: Type.Integer(),
    recipientsPerDay: Type.Integer(),
    recipientsPerMessage: Type.Integer(),
    messageBytes: Type.Integer(),
  }),
});

export const providerRoutes =
  (deps: Pick<AdminDependencies, 'providers' | 'publicUrl'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/providers',
      {
        config: { scope: 'read' },
        schema: {
          tags: ['applications'],
          summary: 'Provider presets, and the Callback URL of this service',
          response: {
            200: Type.Object({
              items: Type.Array(providerSchema),
              nextCursor: Type.Null(),
              callbackUrl: Type.String({ description: 'To be registered at the provider.' }),
            }),
          },
        },
      },
      async () => ({
        items: Object.entries(deps.providers).map(([name, preset]) => shown(name, preset)),
        nextCursor: null,
        callbackUrl: callbackUrlOf(deps),
      }),
    );
  };

function shown(name: string, preset: ProviderPreset) {
  const { title, issuer, authUrl, accessTokenUrl, tenant, tenantRequired, imap, smtp } = preset;
  return {
    name,
    title,
    ...(issuer !== undefined && { issuer }),
    ...(authUrl !== undefined && { authUrl }),
    ...(accessTokenUrl !== undefined && { accessTokenUrl }),
    ...(tenant !== undefined && { tenant }),
    tenantRequired,
    scope: {
      imap: [...(preset.scopes.imap ?? [])],
      smtp: [...(preset.scopes.smtp ?? [])],
      always: [...preset.baseScopes],
      appOnly: preset.appOnlyScope ?? null,
    },
    ...(imap && { imap }),
    ...(smtp && { smtp }),
    hasDeviceCode: preset.deviceAuthorizationUrl !== undefined,
    hasAdminConsent: preset.adminConsentUrl !== undefined,
    basicRefused: preset.basicRefused,
    limits: preset.limits,
  };
}
