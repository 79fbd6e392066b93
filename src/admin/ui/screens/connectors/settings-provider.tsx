/** Gives the fields of a connector's settings what they share, whichever tab they stand on. */
import type { ReactNode } from 'react';
import type { ConnectorType } from '../../api/client.js';
import {
  drawnPointers,
  type Faults,
  type PlacedFaults,
  placedFaults,
} from '../../parts/schema-form/faults.js';
import { SettingsFormContext } from '../../parts/schema-form/form-context.js';
import { unionOf, type Values, variantOf } from '../../parts/schema-form/schema.js';
import { valueAt } from '../../parts/schema-form/values.js';
import { settingsSchemaOf } from './connector-draft.js';

const UNDER = '/settings';

/** @param faults of the record, by JSON pointer @returns those of its settings, by the field that shows them */
export function faultsOfSettings(faults: Faults, type: ConnectorType, values: Values): PlacedFaults {
  const ofSettings = [...faults].flatMap(([pointer, message]): [string, string][] =>
    pointer === UNDER || pointer.startsWith(`${UNDER}/`) ? [[pointer.slice(UNDER.length), message]] : [],
  );
  return placedFaults(new Map(ofSettings), drawnPointers(settingsSchemaOf(type), values));
}

/** Secrets that the service holds: those whose place was there when the record was read, and is the same kind of thing still. */
function keptSecrets(type: ConnectorType, stored: Values | undefined, values: Values): string[] {
  if (!stored) return [];
  const schema = settingsSchemaOf(type);
  return type.secrets.filter((pointer) => {
    const holder = pointer.slice(0, pointer.lastIndexOf('/'));
    const [before, now] = [valueAt(stored, holder), valueAt(values, holder)];
    if (before === undefined || now === undefined) return holder === '';
    const union = unionOf(schema.properties?.[holder.slice(1)] ?? {});
    return union === undefined || variantOf(union, before) === variantOf(union, now);
  });
}

export interface SettingsProviderProps {
  type: ConnectorType;
  values: Values;
  /** As the service has them; absent for a new connector. */
  stored?: Values;
  faults: PlacedFaults;
  isReadOnly: boolean;
  /** @param pointer within the settings */
  set(pointer: string, value: unknown): void;
  children: ReactNode;
}

export function SettingsProvider(props: SettingsProviderProps) {
  const { type, values, stored, faults, isReadOnly, set, children } = props;
  return (
    <SettingsFormContext
      value={{
        schema: settingsSchemaOf(type),
        values,
        faults: faults.beside,
        secrets: type.secrets,
        keptSecrets: keptSecrets(type, stored, values),
        isReadOnly,
        set,
      }}
    >
      {children}
    </SettingsFormContext>
  );
}
