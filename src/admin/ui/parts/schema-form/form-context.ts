/** What the fields of one form share: the values, the faults beside them, and which secrets are kept when left empty. */
import { createContext, useContext } from 'react';
import type { Faults } from './faults.js';
import type { SettingSchema, Values } from './schema.js';
import { valueAt } from './values.js';

export interface SettingsForm {
  schema: SettingSchema;
  values: Values;
  /** By the pointer of the field. */
  faults: Faults;
  /** JSON pointers of settings that are never answered. */
  secrets: readonly string[];
  /** Of these, those that the service holds: empty means that it stays. */
  keptSecrets: readonly string[];
  isReadOnly: boolean;
  /** @param value `undefined`: cleared */
  set(pointer: string, value: unknown): void;
}

export const SettingsFormContext = createContext<SettingsForm | undefined>(undefined);

export function useSettingsForm(): SettingsForm {
  const form = useContext(SettingsFormContext);
  if (!form) throw new Error('a field stands outside of its form');
  return form;
}

export interface FieldProps {
  /** JSON pointer within the settings. */
  pointer: string;
  schema: SettingSchema;
  isRequired?: boolean;
}

/** On the element that takes the focus when the field is at fault. */
export const fieldId = (pointer: string): string => `setting${pointer.replaceAll(/[^\w]/g, '-')}`;

/** A field's value and how to change it, and what every input has: label, description, fault. */
export function useField({ pointer, schema, isRequired = false }: FieldProps) {
  const form = useSettingsForm();
  const fault = form.faults.get(pointer);
  const { title, description } = schema;
  return {
    value: valueAt(form.values, pointer),
    set: (value: unknown): void => form.set(pointer, value),
    isReadOnly: form.isReadOnly,
    about: {
      id: fieldId(pointer),
      label: title ?? pointer.slice(pointer.lastIndexOf('/') + 1),
      ...(description !== undefined && { description }),
      ...(fault !== undefined && { error: fault }),
      ...(isRequired && { required: true }),
    },
  };
}
