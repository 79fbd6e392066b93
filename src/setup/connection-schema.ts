/** What the API takes for a connection, and the rules that JSON Schema cannot say. */
import { type Static, Type } from 'typebox';
import { normalizedAddress } from '../contract/address.js';
import type { Endpoint } from '../contract/connector-type.js';
import { worded } from '../contract/worded-pattern.js';
import { isRecord, type JsonObject } from './schema-node.js';
import type { Fault } from './settings-check.js';

/** A host name or an address; names may be international. */
const HOST = worded(
  '^(\\[[0-9A-Fa-f:.]+\\]|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+|[^\\s/:@?#\\[\\]\\u0000-\\u001f]+)$',
  'a host name or an IP address, without a port and without spaces',
);

/** scope-token of RFC 6749 §3.3. */
const SCOPE_TOKEN = '[\\x21\\x23-\\x5B\\x5D-\\x7E]+';
const ONE_SCOPE = worded(`^${SCOPE_TOKEN}$`, 'a scope: no spaces, quotes or backslashes');
const SCOPE_LIST = worded(`^ *(${SCOPE_TOKEN}( +|$))*$`, 'scopes with spaces between them');

/** @param port that the protocol's endpoint has where none is given */
const endpoint = (protocol: string, port: number) =>
  Type.Optional(
    Type.Object(
      {
        host: Type.String({
          minLength: 1,
          maxLength: 255,
          pattern: HOST,
          description: `${protocol} server.`,
        }),
        port: Type.Integer({ minimum: 1, maximum: 65_535, default: port }),
        tlsType: Type.Enum(['Automatic', 'STARTTLS', 'SSL/TLS', 'None'], {
          default: 'Automatic',
          description: 'TLS Type. Automatic goes by the port; None is for loopback only.',
        }),
      },
      { additionalProperties: false, description: `${protocol} endpoint; the provider's where left out.` },
    ),
  );

export const connectionSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    application: Type.Optional(
      Type.String({
        pattern: worded('^app_[0-9a-f]{32}$', 'the id of an application (app_…)'),
        description: 'Application to sign in through (OAuth 2.0).',
      }),
    ),
    basic: Type.Optional(
      Type.Object(
        {
          password: Type.String({
            minLength: 1,
            maxLength: 4_096,
            writeOnly: true,
            description: 'Password (Basic). Sealed at rest and never answered.',
          }),
        },
        { additionalProperties: false, description: 'Basic authentication, instead of an application.' },
      ),
    ),
    user: Type.String({ minLength: 3, maxLength: 320, description: 'The mailbox address.' }),
    scope: Type.Union(
      [
        Type.String({ maxLength: 4_000, pattern: SCOPE_LIST }),
        Type.Array(Type.String({ pattern: ONE_SCOPE, maxLength: 1_000 }), { maxItems: 100 }),
      ],
      { default: [], description: 'Scope; empty: what the provider needs for the endpoints there are.' },
    ),
    grant: Type.Enum(['authorizationCode', 'deviceCode', 'clientCredentials'], {
      default: 'authorizationCode',
      description:
        'authorizationCode: signed in in a browser; deviceCode: with a code on another device; clientCredentials: the application itself, with no user (app-only).',
    }),
    tokenMode: Type.Enum(['getAndRefresh', 'refresh', 'off'], {
      default: 'getAndRefresh',
      description:
        'getAndRefresh: signed in here and refreshed by itself; refresh: tokens are supplied once and refreshed by itself, no sign-in is started here; off: access tokens are supplied by hand (InitiateOAuth).',
    }),
    imap: endpoint('IMAP', 993),
    smtp: endpoint('SMTP', 587),
  },
  { additionalProperties: false },
);

export type ConnectionInput = Static<typeof connectionSchema>;

/** @param scope a list, or as RFC 6749 §3.3 writes it: tokens between spaces */
export function scopeList(scope: string | readonly string[]): string[] {
  const tokens = typeof scope === 'string' ? scope.split(' ') : scope;
  return [...new Set(tokens.filter((token) => token !== ''))];
}

/** Rules between fields; looks only at fields that are of the right kind. */
export function connectionFaults(input: JsonObject): Fault[] {
  const faults: Fault[] = [];
  if (typeof input.user === 'string' && normalizedAddress(input.user) === undefined)
    faults.push({ path: '/user', message: 'must be one mail address, without a display name' });
  if ((input.application === undefined) === (input.basic === undefined))
    faults.push({ path: '/application', message: 'exactly one of application and basic is required' });
  if (isRecord(input.basic) && scopeList(arrayOrText(input.scope)).length > 0)
    faults.push({ path: '/scope', message: 'means nothing with Basic' });
  if (isRecord(input.basic) && input.grant === 'clientCredentials')
    faults.push({ path: '/grant', message: 'means nothing with Basic' });
  if (input.grant === 'clientCredentials' && (input.tokenMode ?? 'getAndRefresh') !== 'getAndRefresh')
    faults.push({
      path: '/tokenMode',
      message: 'is getAndRefresh with clientCredentials: nobody supplies its tokens',
    });
  return faults;
}

/** Once the provider's endpoints are filled in there must be one. */
export const endpointFaults = ({ imap, smtp }: { imap?: Endpoint; smtp?: Endpoint }): Fault[] =>
  imap || smtp ? [] : [{ path: '/imap', message: 'an IMAP or an SMTP endpoint is required' }];

const arrayOrText = (value: unknown): string | string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'))
    ? value
    : [];
