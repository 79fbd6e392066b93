/** What the API takes for a connector; its settings are the connector type's own schema. */
import { type Static, Type } from 'typebox';
import type { ConnectorType } from '../contract/connector-type.js';
import { worded } from '../contract/worded-pattern.js';
import type { JsonObject } from './schema-node.js';
import { checkedSettings, type Fault } from './settings-check.js';

export const connectorSchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    type: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Connector type, such as email-receive.',
    }),
    connection: Type.String({
      pattern: worded('^con_[0-9a-f]{32}$', 'the id of a connection (con_…)'),
      description: 'Connection it is bound to.',
    }),
    enabled: Type.Boolean({ default: true }),
    settings: Type.Record(Type.String(), Type.Unknown(), {
      default: {},
      description: 'Settings of the connector type (GET /connector-types); unknown ones are refused.',
    }),
  },
  { additionalProperties: false },
);

export type ConnectorInput = Static<typeof connectorSchema>;

export interface CheckedConnector {
  input: ConnectorInput;
  /** `undefined` when there is no such type; then there is a fault. */
  type: ConnectorType | undefined;
  faults: Fault[];
}

/**
 * Checks a connector and its settings in one go.
 * @param userOf User of a connection; `undefined` where there is none (its absence is another check's)
 */
export async function checkedConnector(
  value: unknown,
  connectorTypes: readonly ConnectorType[],
  userOf: (connection: string) => Promise<string | undefined>,
): Promise<CheckedConnector> {
  const { value: input, faults } = checkedSettings(connectorSchema, value);
  const type = connectorTypes.find((each) => each.name === input.type);
  if (!type && typeof input.type === 'string') {
    const known = connectorTypes.map((each) => each.name).join(', ');
    faults.push({ path: '/type', message: `must be one of ${known}` });
  }
  if (type) {
    const checked = checkedSettings(type.settings, input.settings);
    input.settings = checked.value;
    const user = typeof input.connection === 'string' ? await userOf(input.connection) : undefined;
    const rules = checked.faults.length === 0 ? type.check(checked.value, { user: user ?? '' }) : [];
    faults.push(...under('/settings', [...checked.faults, ...rules]));
  }
  return { input: input as JsonObject as ConnectorInput, type, faults };
}

const under = (prefix: string, faults: readonly Fault[]): Fault[] =>
  faults.map(({ path, message }) => ({ path: `${prefix}${path}`, message }));
