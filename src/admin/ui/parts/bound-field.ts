/** Ties a text field to a form's draft and to what the service says of it. */
import type { ChangeEvent, ReactNode } from 'react';

/** What each group of a form's fields is given. */
export interface FieldsProps<Draft> {
  draft: Draft;
  set(change: Partial<Draft>): void;
  /** By JSON pointer, of {@link fieldFaults}. */
  faults: ReadonlyMap<string, string>;
}

type TextNames<Draft> = {
  [Name in keyof Draft]: Draft[Name] extends string ? Name : never;
}[keyof Draft] &
  string;

export interface BoundField {
  value: string;
  error: ReactNode;
  /** Not every field of the library says it by itself. */
  'aria-invalid'?: true;
  onChange(event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>): void;
}

/**
 * @param fields of the form
 * @param name of the draft's text
 * @param pointer of what it becomes in the request; `/<name>` unless given
 */
export function boundField<Draft>(
  { draft, set, faults }: FieldsProps<Draft>,
  name: TextNames<Draft>,
  pointer = `/${name}`,
): BoundField {
  const fault = faults.get(pointer);
  return {
    value: draft[name] as string,
    error: fault,
    ...(fault !== undefined && { 'aria-invalid': true as const }),
    onChange: (event) => set({ [name]: event.currentTarget.value } as Partial<Draft>),
  };
}

/** A table of words as the options of a select. */
export const choices = (words: Readonly<Record<string, string>>): { value: string; label: string }[] =>
  Object.entries(words).map(([value, label]) => ({ value, label }));
