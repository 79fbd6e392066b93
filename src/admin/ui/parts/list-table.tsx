/** A table of records: its heads, and a frame of its own to scroll sideways in where the window is narrow. */
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';

export interface ListTableProps {
  /** A head for each column. */
  columns: readonly string[];
  /** In px; below it the table scrolls, and the page does not. */
  minWidth: number;
  /** Room above and below each row. */
  spacing?: 'xs' | 'sm';
  highlightOnHover?: boolean;
  /** `Table.Tr`s. */
  children: ReactNode;
}

export function ListTable({
  columns,
  minWidth,
  spacing = 'sm',
  highlightOnHover = false,
  children,
}: ListTableProps) {
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native">
      <Table verticalSpacing={spacing} highlightOnHover={highlightOnHover}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column}>{column}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
