/** Home while there is no connector: what will stand here, and the three steps to the first one. */
import { Button, List, Paper, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.js';
import { EmptyState } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function FirstSteps() {
  const { title, text, steps, note } = strings.home.first;
  const mayAdmin = useMay('admin');
  return (
    <Paper withBorder>
      <EmptyState
        title={title}
        action={
          mayAdmin && (
            <Button component={Link} to="/connectors/new">
              {strings.connectors.new}
            </Button>
          )
        }
      >
        <Text size="sm" mb="md">
          {text}
        </Text>
        <List type="ordered" spacing="xs" size="sm" ta="left" withPadding>
          {steps.map(([name, what]) => (
            <List.Item key={name}>
              <b>{name}.</b> {what}
            </List.Item>
          ))}
        </List>
        <Text size="sm" mt="md">
          {note}
        </Text>
      </EmptyState>
    </Paper>
  );
}
