/** One of several kinds of a thing, each with settings of its own: a webhook or a directory, say. */
import { Box, Stack } from '@mantine/core';
import { useRef } from 'react';
import { Choices } from './choice-field.js';
import { type FieldProps, useField } from './form-context.js';
import { SettingFields } from './object-field.js';
import { isRecord, ownSettings, type Union, type Values, variantOf } from './schema.js';
import classes from './union-field.module.css';
import { initialValues } from './values.js';

export function UnionField({ union, ...props }: FieldProps & { union: Union }) {
  const { value, set, isReadOnly, about } = useField(props);
  const { schema, pointer } = props;
  const usual = isRecord(schema.default) ? schema.default[union.by] : undefined;
  const meant = variantOf(union, value ?? schema.default);
  // Whoever looks at another kind and comes back finds what they had written.
  const written = useRef(new Map<string, Values>());
  const choose = (chosen: string): void => {
    if (meant && isRecord(value)) written.current.set(meant.value, value);
    const next = union.variants.find((each) => each.value === chosen);
    set(written.current.get(chosen) ?? (next && initialValues(next.schema)));
  };
  const own = meant ? ownSettings(meant.schema, union.by) : {};
  return (
    <Stack gap="sm">
      <Choices
        choices={union.variants}
        about={about}
        value={meant?.value}
        isReadOnly={isReadOnly}
        onChoose={choose}
        usual={usual}
      />
      {Object.keys(own).length > 0 && (
        <Box className={classes.own ?? ''}>
          <Stack gap="md">
            <SettingFields pointer={pointer} properties={own} required={meant?.schema.required} />
          </Stack>
        </Box>
      )}
    </Stack>
  );
}
