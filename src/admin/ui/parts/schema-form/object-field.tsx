/** Settings that belong together, under one heading. */
import { Fieldset, Stack, Text } from '@mantine/core';
import { type FieldProps, useField } from './form-context.js';
import { Legend } from './legend.js';
import type { SettingSchema } from './schema.js';
import { SettingField } from './setting-field.js';
import { tokenOf } from './values.js';

export function ObjectField({
  properties,
  ...props
}: FieldProps & { properties: Readonly<Record<string, SettingSchema>> }) {
  const { about } = useField(props);
  return (
    <Fieldset legend={<Legend>{about.label}</Legend>}>
      <Stack gap="md">
        {about.description !== undefined && (
          <Text size="xs" c="dimmed">
            {about.description}
          </Text>
        )}
        {about.error !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {about.error}
          </Text>
        )}
        <SettingFields pointer={props.pointer} properties={properties} required={props.schema.required} />
      </Stack>
    </Fieldset>
  );
}

/** The settings of an object, one below the other. */
export function SettingFields({
  pointer,
  properties,
  required = [],
}: {
  pointer: string;
  properties: Readonly<Record<string, SettingSchema>>;
  required?: readonly string[] | undefined;
}) {
  return Object.entries(properties).map(([name, schema]) => (
    <SettingField
      key={name}
      pointer={`${pointer}/${tokenOf(name)}`}
      schema={schema}
      isRequired={required.includes(name) && schema.default === undefined}
    />
  ));
}
