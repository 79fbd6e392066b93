/** Two people changed one connector: what the other one saved, and the choice between both and theirs. */
import { Alert, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconUsers } from '@tabler/icons-react';
import { useConfirm } from '../../parts/confirm.js';
import type { SettingSchema } from '../../parts/schema-form/schema.js';
import { valueAt } from '../../parts/schema-form/values.js';
import { strings } from '../../strings/index.js';
import { changesIn, patchOf, said } from './connector-draft.js';
import type { DraftOfConnector } from './use-connector-draft.js';

const words = strings.connectors.conflict;
const titles = { name: strings.connectors.name, connection: strings.connectors.connection };

export function ConflictPanel({ editing, schema }: { editing: DraftOfConnector; schema: SettingSchema }) {
  const { theirs, base, draft, patch, keepMine, discard } = editing;
  const confirm = useConfirm();
  if (!theirs) return null;
  const form = { schema, titles };
  const changed = changesIn(patchOf(base, theirs, schema), theirs, form);
  const mine = changesIn(patch, draft, form);
  const take = async (): Promise<void> => {
    const text = words.takeText(mine.map(({ title }) => title).join(', '));
    if (await confirm({ title: words.takeTitle, text, act: words.takeAct })) discard();
  };
  return (
    <Alert
      color="yellow"
      variant="outline"
      role="alert"
      mt="md"
      icon={<IconUsers aria-hidden />}
      title={words.title}
    >
      <Stack gap="sm">
        <Text size="sm">
          {words.theirs} {changed.length === 0 && words.nothing}
        </Text>
        <List size="sm">
          {changed.map(({ title, pointer, value }) => (
            <List.Item key={pointer}>
              {words.from(title, said(value, words.removed))}
              {mine.some((each) => each.pointer === pointer) &&
                ` (${words.yours(said(valueAt(draft, pointer), words.removed))})`}
            </List.Item>
          ))}
        </List>
        <Group gap="sm">
          <Button size="xs" onClick={keepMine}>
            {words.keep}
          </Button>
          <Button size="xs" variant="default" onClick={() => void take()}>
            {words.take}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
