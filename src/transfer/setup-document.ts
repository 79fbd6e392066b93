/**
 * A whole set-up as a document: applications, connections, connectors and alert channels as the API takes them, without secrets, each
 * with a ref that the others name it by. What differs between test and production (hosts, tenant, webhook URLs) is edited
 * in it, and secrets may be filled in where `secrets` says that one is missing.
 */
import { type Static, Type } from 'typebox';
import { worded } from '../contract/worded-pattern.js';
import type { JsonObject } from '../setup/schema-node.js';
import { takenOut } from '../setup/secret-settings.js';
import { checkedSettings, type Fault } from '../setup/settings-check.js';

export const SETUP_FORMAT = 'mailgrant-setup';
export const SETUP_VERSION = 1;

const ref = (description: string) => Type.String({ minLength: 1, maxLength: 100, description });

const itemMembers = {
  ref: ref('What the others name it by; the id it had, or any name.'),
  name: Type.String({ minLength: 1, maxLength: 200 }),
  secrets: Type.Optional(
    Type.Array(Type.String({ pattern: worded('^/', 'a path that begins with a slash'), maxLength: 200 }), {
      maxItems: 20,
      description: 'JSON pointers into the item: secrets that it has, and that are not exported.',
    }),
  ),
};
const list = (item: ReturnType<typeof Type.Object>, description: string) =>
  Type.Array(item, { maxItems: 20_000, default: [], description });

export const setupDocumentSchema = Type.Object(
  {
    format: Type.Literal(SETUP_FORMAT),
    version: Type.Literal(SETUP_VERSION),
    exportedAt: Type.Optional(Type.String({ maxLength: 40 })),
    applications: list(
      Type.Object({ ...itemMembers, provider: Type.String() }),
      'As POST /applications takes them.',
    ),
    connections: list(
      Type.Object({
        ...itemMembers,
        user: Type.String(),
        application: Type.Optional(ref('ref of its application')),
      }),
      'As POST /connections takes them; application is a ref.',
    ),
    connectors: list(
      Type.Object({ ...itemMembers, type: Type.String(), connection: ref('ref of its connection') }),
      'As POST /connectors takes them; connection is a ref.',
    ),
    alertChannels: list(
      Type.Object({
        ...itemMembers,
        type: Type.String(),
        connector: Type.Optional(ref('ref of the connector that it sends by')),
      }),
      'As POST /alert-channels takes them; connector is a ref.',
    ),
  },
  { additionalProperties: false },
);

export type SetupItem = JsonObject & { ref: string; name: string; secrets?: string[] };

export interface SetupDocument {
  format: typeof SETUP_FORMAT;
  version: typeof SETUP_VERSION;
  exportedAt?: string;
  applications: SetupItem[];
  connections: (SetupItem & { user: string; application?: string })[];
  connectors: (SetupItem & { type: string; connection: string })[];
  alertChannels: (SetupItem & { type: string; connector?: string })[];
}

export type SetupImportBody = Static<typeof setupDocumentSchema>;

export const SETUP_LISTS = ['applications', 'connections', 'connectors', 'alertChannels'] as const;
export type SetupList = (typeof SETUP_LISTS)[number];

/** @returns the document, or what is wrong with its form; items themselves are checked one by one later */
export function readSetup(input: unknown): { document: SetupDocument } | { faults: Fault[] } {
  const { value, faults } = checkedSettings(setupDocumentSchema, input);
  if (faults.length > 0) return { faults };
  const document = value as unknown as SetupDocument;
  const doubled = SETUP_LISTS.flatMap((name) => {
    const seen = new Set<string>();
    return document[name].flatMap((item, index) => {
      const isDoubled = seen.has(item.ref);
      seen.add(item.ref);
      return isDoubled ? [{ path: `/${name}/${index}/ref`, message: `${item.ref} is there twice` }] : [];
    });
  });
  return doubled.length > 0 ? { faults: doubled } : { document };
}

/** The settings of an item: what the API takes. */
export function settingsOf({ ref: _, secrets: __, ...settings }: SetupItem): JsonObject {
  return settings;
}

/** Pointers of the secrets that an item should have and does not bring. */
export function lackingSecrets(item: SetupItem): string[] {
  const settings = settingsOf(item);
  return (item.secrets ?? []).filter(
    (pointer) => takenOut(settings, [pointer]).secrets[pointer] === undefined,
  );
}
