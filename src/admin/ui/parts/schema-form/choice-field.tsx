/** One of a few values, each with its name and what it means: side by side while they are few, else in a list. */
import { Radio, Select, Stack, Text } from '@mantine/core';
import { type FieldProps, useField } from './form-context.js';
import type { Choice } from './schema.js';

/** The input alone: what is said of it may be longer. */
const NARROW = { wrapper: { maxWidth: 320 } };
/** More than this is chosen from a list. */
const AT_ONCE = 3;

export interface ChoicesProps {
  choices: readonly Choice[];
  about: ReturnType<typeof useField>['about'];
  value: string | undefined;
  isReadOnly: boolean;
  onChoose(value: string): void;
  /** What a cleared field means. */
  usual?: unknown;
}

export function ChoiceField({ choices, ...props }: FieldProps & { choices: readonly Choice[] }) {
  const { value, set, isReadOnly, about } = useField(props);
  return (
    <Choices
      choices={choices}
      about={about}
      value={typeof value === 'string' ? value : undefined}
      isReadOnly={isReadOnly}
      onChoose={set}
      usual={props.schema.default}
    />
  );
}

export function Choices({ choices, about, value, isReadOnly, onChoose, usual }: ChoicesProps) {
  const meant = value ?? (typeof usual === 'string' ? usual : undefined);
  if (choices.length > AT_ONCE) {
    const told = choices.find((each) => each.value === meant)?.description;
    return (
      <>
        <Select
          {...about}
          styles={NARROW}
          data={choices.map((each) => ({ value: each.value, label: each.title }))}
          value={meant ?? null}
          onChange={(chosen) => chosen !== null && onChoose(chosen)}
          allowDeselect={false}
          readOnly={isReadOnly}
        />
        {told !== undefined && (
          <Text size="sm" mt={6} role="status">
            {told}
          </Text>
        )}
      </>
    );
  }
  const { id: _, required, ...rest } = about;
  return (
    <Radio.Group
      {...rest}
      {...(required && { withAsterisk: true })}
      value={meant ?? null}
      onChange={onChoose}
      disabled={isReadOnly}
    >
      <Stack gap={6} mt={6}>
        {choices.map((each) => (
          <Radio
            key={each.value}
            value={each.value}
            label={each.title}
            {...(each.description !== undefined && { description: each.description })}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
