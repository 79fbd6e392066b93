/** The header fields of a message, in their order; a text finds those that hold it. */
import { ScrollArea, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDeferredValue, useState } from 'react';
import type { MessageContent } from '../../api/schema.js';
import { strings } from '../../strings/index.js';
import classes from './messages.module.css';

export function HeaderTable({ headers }: Pick<MessageContent, 'headers'>) {
  const words = strings.messages.content;
  const [typed, setTyped] = useState('');
  const text = useDeferredValue(typed.trim().toLowerCase());
  const rows = headers
    .map((header, index) => ({ ...header, index }))
    .filter(({ name, value }) => `${name}: ${value}`.toLowerCase().includes(text));
  return (
    <Stack gap="xs">
      <TextInput
        label={words.filter}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <ScrollArea.Autosize mah={480} viewportProps={{ tabIndex: 0 }}>
        <Table withRowBorders stickyHeader>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.name}</Table.Th>
              <Table.Th>{words.value}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ index, name, value }) => (
              <Table.Tr key={index}>
                <Table.Th scope="row" className={classes.headerName}>
                  {name}
                </Table.Th>
                <Table.Td className={classes.headerValue}>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {rows.length === 0 && <Text size="sm">{words.noHeader}</Text>}
    </Stack>
  );
}
