/** The settings of one tab, in the order of the schema. */
import { Stack, Text } from '@mantine/core';
import { strings } from '../../strings/index.js';
import { useSettingsForm } from './form-context.js';
import { SettingFields } from './object-field.js';
import { type SettingTab, settingsOn } from './schema.js';

export function SettingsOfTab({ tab }: { tab: SettingTab }) {
  const { schema } = useSettingsForm();
  const properties = Object.fromEntries(settingsOn(schema, tab));
  if (Object.keys(properties).length === 0)
    return (
      <Text size="sm" c="dimmed">
        {strings.schemaForm.nothingOnTab}
      </Text>
    );
  return (
    <Stack gap="lg" maw={720}>
      <SettingFields pointer="" properties={properties} required={schema.required} />
    </Stack>
  );
}
