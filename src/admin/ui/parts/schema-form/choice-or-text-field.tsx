/** One of a few named values, or a text of one's own: "now", "all", or a date. */
import { Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { strings } from '../../strings/index.js';
import { Choices } from './choice-field.js';
import { type FieldProps, useField } from './form-context.js';
import type { Choice } from './schema.js';

/** Stands for the text among the choices; no value of a setting looks like it. */
const OWN = '\u0000';

interface Props extends FieldProps {
  choices: readonly Choice[];
  otherwise: string;
}

export function ChoiceOrTextField({ choices, otherwise, ...props }: Props) {
  const { value, set, isReadOnly, about } = useField(props);
  const { schema } = props;
  const text = typeof value === 'string' ? value : undefined;
  const isNamed = choices.some((each) => each.value === (text ?? schema.default));
  const [isOwn, setIsOwn] = useState(false);
  const showsText = !isNamed || isOwn;
  const { error, ...others } = about;
  return (
    <Stack gap="xs">
      <Choices
        about={showsText ? others : about}
        choices={[...choices, { value: OWN, title: otherwise }]}
        value={showsText ? OWN : text}
        isReadOnly={isReadOnly}
        usual={schema.default}
        onChoose={(chosen) => {
          setIsOwn(chosen === OWN);
          set(chosen === OWN ? '' : chosen);
        }}
      />
      {showsText && (
        <TextInput
          ml={28}
          maw={320}
          label={schema.kind === 'date' ? strings.schemaForm.dateLabel : otherwise}
          {...(schema.kind === 'date' && { description: strings.schemaForm.dateHint })}
          {...(error !== undefined && { error })}
          value={isNamed ? '' : (text ?? '')}
          onChange={({ currentTarget }) => set(currentTarget.value)}
          readOnly={isReadOnly}
        />
      )}
    </Stack>
  );
}
