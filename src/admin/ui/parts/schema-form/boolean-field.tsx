/** A setting that is on or off. */
import { Switch } from '@mantine/core';
import { type FieldProps, useField } from './form-context.js';

export function BooleanField(props: FieldProps) {
  const { value, set, isReadOnly, about } = useField(props);
  const { required: _, ...rest } = about;
  return (
    <Switch
      {...rest}
      checked={value === true}
      disabled={isReadOnly}
      onChange={({ currentTarget }) => set(currentTarget.checked)}
    />
  );
}
