/** Several texts, each an entry of its own: addresses, or words to look for. */
import { TagsInput } from '@mantine/core';
import { strings } from '../../strings/index.js';
import { addressesIn } from './addresses-in.js';
import { type FieldProps, useField } from './form-context.js';

export function TextsField(props: FieldProps) {
  const { value, set, isReadOnly, about } = useField(props);
  const areAddresses = props.schema.kind === 'addresses';
  const split = (texts: readonly string[]): string[] =>
    areAddresses ? texts.flatMap(addressesIn) : texts.map((each) => each.trim()).filter(Boolean);
  const words = strings.schemaForm;
  const shown = split([value].flat().filter((each) => typeof each === 'string'));
  const hint = areAddresses ? words.addressesHint : words.textsHint;
  return (
    <TagsInput
      {...about}
      value={shown}
      onChange={(entered) => {
        const texts = [...new Set(split(entered))];
        set(texts.length === 0 ? undefined : texts);
      }}
      placeholder={shown.length === 0 ? hint : ''}
      // Entries may hold a comma: "Doe, Jane" <jane@…>, or a subject. Addresses are taken apart with care above.
      splitChars={areAddresses ? [';'] : []}
      clearable={!isReadOnly}
      clearButtonProps={{ 'aria-label': words.recordRemove(about.label) }}
      readOnly={isReadOnly}
    />
  );
}
