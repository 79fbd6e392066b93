/** What the API takes for an alert channel: a webhook, or mail through an Email Send connector. */
import { type Static, Type } from 'typebox';
import { normalizedAddress } from '../contract/address.js';
import { ALERT_KINDS, ALERT_SEVERITIES } from '../contract/alert.js';
import { worded } from '../contract/worded-pattern.js';
import type { JsonObject } from './schema-node.js';
import type { Fault } from './settings-check.js';
import { urlFault } from './transport-rules.js';

/** As Standard Webhooks has it: 24 to 64 bytes in base64, with or without its prefix. */
const SECRET_PATTERN = worded(
  '^(whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$',
  '"whsec_" and 24 to 64 random bytes in base64',
);

const common = {
  name: Type.String({ minLength: 1, maxLength: 200 }),
  enabled: Type.Boolean({ default: true }),
  minimumSeverity: Type.Enum([...ALERT_SEVERITIES], {
    default: 'warning',
    description: 'critical: only what has stopped.',
  }),
  only: Type.Optional(
    Type.Array(Type.Enum([...ALERT_KINDS]), {
      minItems: 1,
      maxItems: ALERT_KINDS.length,
      description: 'Kinds of alerts that it is told of; all unless given.',
    }),
  ),
};

const address = Type.String({ minLength: 3, maxLength: 320 });

export const alertChannelSchema = Type.Union([
  Type.Object(
    {
      type: Type.Literal('webhook'),
      ...common,
      url: Type.String({
        minLength: 1,
        maxLength: 2_000,
        description: 'Where alerts are posted (Standard Webhooks); any 2xx confirms.',
      }),
      secret: Type.String({
        pattern: SECRET_PATTERN,
        writeOnly: true,
        description: 'Signs each request: "whsec_" and 24 to 64 random bytes in base64. Never answered.',
      }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('mail'),
      ...common,
      connector: Type.String({
        pattern: worded('^ctr_[0-9a-f]{32}$', 'the id of an Email Send connector (ctr_…)'),
        description: 'Email Send connector that the mail goes out by; its connection is the sender.',
      }),
      to: Type.Union([address, Type.Array(address, { minItems: 1, maxItems: 50 })], {
        description: 'One or more bare addresses.',
      }),
    },
    { additionalProperties: false },
  ),
]);

export type AlertChannelInput = Static<typeof alertChannelSchema>;

/** Rules that JSON Schema cannot say. Looks only at fields that are of the right kind. */
export function alertChannelFaults(input: JsonObject): Fault[] {
  const { type, url, to } = input;
  if (type === 'webhook' && typeof url === 'string' && url !== '') {
    const fault = urlFault(url);
    return fault === undefined ? [] : [{ path: '/url', message: fault }];
  }
  if (type !== 'mail') return [];
  return [to].flat().flatMap((each, index) => {
    if (typeof each !== 'string' || normalizedAddress(each) !== undefined) return [];
    const path = Array.isArray(to) ? `/to/${index}` : '/to';
    return [{ path, message: 'is no address' }];
  });
}
