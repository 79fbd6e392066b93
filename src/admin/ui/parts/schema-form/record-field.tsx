/** Names and values in lines: header fields, say. */
import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { strings } from '../../strings/index.js';
import { type FieldProps, useField } from './form-context.js';
import { Legend } from './legend.js';
import { isRecord } from './schema.js';

interface Line {
  /** Of React; a name changes while it is typed. */
  key: number;
  name: string;
  value: string;
}

let keys = 0;
const lineOf = (name: string, value: string): Line => ({ key: ++keys, name, value });

const recordOf = (lines: readonly Line[]): Record<string, string> =>
  Object.fromEntries(lines.filter(({ name }) => name !== '').map(({ name, value }) => [name, value]));

const linesOf = (value: unknown): Line[] =>
  Object.entries(isRecord(value) ? value : {}).map(([name, each]) => lineOf(name, String(each)));

export function RecordField(props: FieldProps) {
  const { value, set, isReadOnly, about } = useField(props);
  const [lines, setLines] = useState(() => linesOf(value));
  const words = strings.schemaForm;
  // Somebody else's values: what was typed here is over.
  if (JSON.stringify(recordOf(lines)) !== JSON.stringify(isRecord(value) ? value : {}))
    setLines(linesOf(value));
  const change = (next: Line[]): void => {
    setLines(next);
    const record = recordOf(next);
    set(Object.keys(record).length === 0 ? undefined : record);
  };
  const edit = (key: number, part: Partial<Line>): void =>
    change(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  return (
    <Fieldset legend={<Legend>{about.label}</Legend>}>
      <Stack gap="xs">
        <Text size="xs" c="dimmed">
          {about.description}
        </Text>
        {lines.map(({ key, name, value: text }) => (
          <Group key={key} gap="xs" align="end" wrap="nowrap">
            <TextInput
              flex={1}
              label={words.recordName}
              value={name}
              readOnly={isReadOnly}
              onChange={({ currentTarget }) => edit(key, { name: currentTarget.value })}
            />
            <TextInput
              flex={2}
              label={words.recordValue}
              value={text}
              readOnly={isReadOnly}
              onChange={({ currentTarget }) => edit(key, { value: currentTarget.value })}
            />
            {!isReadOnly && (
              <ActionIcon
                variant="subtle"
                size="lg"
                aria-label={words.recordRemove(name)}
                onClick={() => change(lines.filter((line) => line.key !== key))}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
        {about.error !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {about.error}
          </Text>
        )}
        {!isReadOnly && (
          <div>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => setLines([...lines, lineOf('', '')])}
            >
              {words.recordAdd}
            </Button>
          </div>
        )}
      </Stack>
    </Fieldset>
  );
}
