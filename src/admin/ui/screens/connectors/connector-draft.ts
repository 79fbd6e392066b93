/** What a form changes of a connector, and how it is compared, sent, and laid over what somebody else has saved. */
import type { Connector, ConnectorType } from '../../api/schema.js';
import type { SettingSchema, Values } from '../../parts/schema-form/schema.js';
import { changedPointers, changesOf, valueAt, withChanges } from '../../parts/schema-form/values.js';

export interface ConnectorDraft {
  name: string;
  connection: string;
  settings: Values;
}

export const draftOf = ({ name, connection, settings }: Connector): ConnectorDraft => ({
  ...{ name, connection, settings },
});

/** The settings' schema as the form reads it. */
export const settingsSchemaOf = ({ settings }: ConnectorType): SettingSchema => settings as SettingSchema;

/** Of the whole record, so that one comparison finds all that changed. */
const schemaOf = (settings: SettingSchema): SettingSchema => ({ properties: { settings } });

/** @returns the merge patch; `undefined` when nothing changed */
export const patchOf = (
  before: ConnectorDraft,
  after: ConnectorDraft,
  schema: SettingSchema,
): Values | undefined => changesOf(before, after, schemaOf(schema)) as Values | undefined;

/** One's own changes on top of what is stored now. */
export const rebased = (
  stored: ConnectorDraft,
  patch: Values | undefined,
  schema: SettingSchema,
): ConnectorDraft => withChanges(stored, patch, schemaOf(schema)) as unknown as ConnectorDraft;

/**
 * What the form shows once a save is through.
 * @param sent what the draft was then @param now with what was typed since; that stays, as not saved
 */
export const afterSave = (
  saved: ConnectorDraft,
  { sent, now }: { sent: ConnectorDraft; now: ConnectorDraft },
  schema: SettingSchema,
): ConnectorDraft => rebased(saved, patchOf(sent, now, schema), schema);

/** What a patch changes: settings on top, or what stands beside the settings; each once, however much of it changed. */
const changedNames = (patch: Values | undefined): string[] => [
  ...new Set(changedPointers(patch).map(namedPointer)),
];

export const countOf = (patch: Values | undefined): number => changedNames(patch).length;

export interface Change {
  /** As the form titles it. */
  title: string;
  pointer: string;
  value: unknown;
}

/** What a patch changes, by the names on the form. @param titles of what is no setting */
export function changesIn(
  patch: Values | undefined,
  after: ConnectorDraft,
  { schema, titles }: { schema: SettingSchema; titles: Readonly<Record<string, string>> },
): Change[] {
  return changedNames(patch).map((pointer) => {
    const name = pointer.slice(pointer.lastIndexOf('/') + 1);
    const title = pointer.startsWith('/settings/') ? schema.properties?.[name]?.title : titles[name];
    return { pointer, title: title ?? name, value: valueAt(after, pointer) };
  });
}

/** What has a name on the form: a setting on top, or what stands beside the settings. */
const namedPointer = (pointer: string): string => {
  const [, first = '', second] = pointer.split('/');
  return first === 'settings' && second !== undefined ? `/settings/${second}` : `/${first}`;
};

/** A value in a line. */
export function said(value: unknown, nothing: string): string {
  if (value === undefined || value === null || value === '') return nothing;
  if (Array.isArray(value)) return value.map((each) => said(each, nothing)).join(', ');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([name, each]) => `${name} ${said(each, nothing)}`)
      .join(', ');
  return String(value);
}
