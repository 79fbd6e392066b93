/** What can be done with a connector from its row. */
import { Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { strings } from '../../strings/index.js';
import { ActsButton } from './acts-button.js';
import type { ConnectorActs } from './connector-acts.js';
import type { Row } from './overview.js';

export interface RowMenuProps {
  row: Row;
  isOpen: boolean;
  acts: ConnectorActs;
  onToggle(isOpen: boolean): void;
}

export function RowMenu({ row, isOpen, acts, onToggle }: RowMenuProps) {
  const navigate = useNavigate();
  const [mayOperate, mayAdmin] = [useMay('operate'), useMay('admin')];
  const words = strings.home.acts;
  return (
    <Menu opened={isOpen} onChange={onToggle} position="bottom-end">
      <Menu.Target>
        <ActsButton name={row.name} sign={<IconDots size={16} aria-hidden />} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: '/connectors/$id', params: { id: row.id } })}>
          {words.open}
        </Menu.Item>
        {mayOperate && row.enabled && (
          <Menu.Item onClick={() => void acts.run(row)}>{words.run[row.direction]}</Menu.Item>
        )}
        {mayOperate && row.enabled && (
          <Menu.Item onClick={() => void acts.reset([row])}>{words.reset}</Menu.Item>
        )}
        {mayAdmin && (
          <Menu.Item onClick={() => void acts.enable(row, !row.enabled)}>
            {row.enabled ? words.pause : words.enable}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
