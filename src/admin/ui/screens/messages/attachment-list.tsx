/** The attachments of a message; each is saved as a file, and never opened here. */
import { Anchor, ScrollArea, Table, Text } from '@mantine/core';
import type { MessageContent } from '../../api/schema.js';
import { strings } from '../../strings/index.js';
import { byteSize } from './byte-size.js';
import classes from './messages.module.css';

export interface AttachmentListProps extends Pick<MessageContent, 'attachments'> {
  /** Id of the message. */
  message: string;
}

export function AttachmentList({ message, attachments }: AttachmentListProps) {
  const words = strings.messages.content;
  if (attachments.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {words.noAttachments}
      </Text>
    );
  return (
    <ScrollArea viewportProps={{ tabIndex: 0 }}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.file}</Table.Th>
            <Table.Th>{words.type}</Table.Th>
            <Table.Th>{words.size}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {attachments.map(({ index, filename, contentType, size, inline }) => (
            <Table.Tr key={index}>
              <Table.Td className={classes.value}>
                <Anchor
                  href={`/api/v1/messages/${encodeURIComponent(message)}/attachments/${index}`}
                  download
                  size="sm"
                  underline="always"
                >
                  {filename ?? words.unnamed(index)}
                </Anchor>
              </Table.Td>
              <Table.Td>
                {contentType}
                {inline && ` (${words.inline})`}
              </Table.Td>
              <Table.Td>{byteSize(size)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
