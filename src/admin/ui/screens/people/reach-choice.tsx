/** How far somebody or something may go: one of a few, each with what it means. */
import { Radio, Stack } from '@mantine/core';

export interface ReachChoiceProps<Reach extends string> {
  label: string;
  /** What each means. */
  words: Readonly<Record<string, string>>;
  value: Reach;
  onChange(reach: Reach): void;
}

export function ReachChoice<Reach extends string>({
  label,
  words,
  value,
  onChange,
}: ReachChoiceProps<Reach>) {
  return (
    <Radio.Group label={label} value={value} onChange={(chosen) => onChange(chosen as Reach)}>
      <Stack gap="xs" mt="xs">
        {Object.entries(words).map(([reach, meaning]) => (
          <Radio key={reach} value={reach} label={meaning} />
        ))}
      </Stack>
    </Radio.Group>
  );
}
