/** A line of text. */
import { TextInput } from '@mantine/core';
import { type FieldProps, useField } from './form-context.js';

export function TextField(props: FieldProps) {
  const { value, set, isReadOnly, about } = useField(props);
  const { default: usual, maxLength } = props.schema;
  return (
    <TextInput
      {...about}
      value={typeof value === 'string' ? value : ''}
      onChange={({ currentTarget }) => set(currentTarget.value === '' ? undefined : currentTarget.value)}
      placeholder={typeof usual === 'string' ? usual : ''}
      {...(maxLength !== undefined && { maxLength })}
      autoComplete="off"
      readOnly={isReadOnly}
    />
  );
}
