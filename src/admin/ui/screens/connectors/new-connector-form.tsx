/** Name and settings of a new connector, drawn from its type; begins with the type's defaults, and sends what differs from them. */
import { Group, Stack, Switch, Tabs, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answerOf, api, type Connection, type ConnectorType } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import { tellDone } from '../../parts/notify.js';
import { RecordForm } from '../../parts/record-form.js';
import { FaultsElsewhere, TabFault, tabsAtFault } from '../../parts/schema-form/fault-places.js';
import { firstFault, tabOfPointer } from '../../parts/schema-form/faults.js';
import type { SettingTab } from '../../parts/schema-form/schema.js';
import { SettingsOfTab } from '../../parts/schema-form/settings-tab.js';
import { withValue } from '../../parts/schema-form/values.js';
import { useUnsavedGuard } from '../../parts/unsaved-guard.js';
import { strings } from '../../strings/index.js';
import { settingsSchemaOf } from './connector-draft.js';
import { JUST_MADE } from './left-to-do.js';
import type { NewConnectorDrafts } from './new-connector-drafts.js';
import { faultsOfSettings, SettingsProvider } from './settings-provider.js';
import { isUnder } from './use-connector-draft.js';

const words = strings.connectors;
const TABS = ['settings', 'automation', 'advanced'] as const;

export interface NewConnectorFormProps {
  type: ConnectorType;
  /** Absent: none is chosen yet. */
  connection: Connection | undefined;
  drafts: NewConnectorDrafts;
  onConnectionFault(fault: string | undefined): void;
}

export function NewConnectorForm({ type, connection, drafts, onConnectionFault }: NewConnectorFormProps) {
  const schema = settingsSchemaOf(type);
  const { name, enabled, settings } = drafts.draft;
  const [tab, setTab] = useState<SettingTab>('settings');
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set());
  const shownName = name ?? (connection ? words.create.suggested(type.title, connection.user) : '');

  const client = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/connectors', {
          body: { name: shownName, type: type.name, connection: connection?.id ?? '', enabled, settings },
        }),
      ),
    onSuccess(made) {
      tellDone(words.create.done(made.name));
      client.setQueryData(queryKeys.connector(made.id), made);
      void client.invalidateQueries({ queryKey: [...queryKeys.connectors, 'list'] });
      void client.invalidateQueries({ queryKey: queryKeys.overview });
      const { id } = made;
      void navigate({
        ...{ to: '/connectors/$id', params: { id }, search: JUST_MADE as never, ignoreBlocker: true },
      });
    },
    onError(error) {
      const faults = fieldFaults(error);
      const ofConnection = faults.get('/connection');
      if (ofConnection !== undefined) onConnectionFault(ofConnection);
      const at = firstFault(schema, faultsOfSettings(faults, type, settings));
      if (at !== undefined && !faults.has('/name')) setTab(tabOfPointer(schema, at));
    },
  });
  useUnsavedGuard(!create.isPending && !create.isSuccess && drafts.isDirty);
  // Once it is made the page is left: what came too late would be lost with the form.
  const change: NewConnectorDrafts['change'] = (work) => {
    if (!create.isPending) drafts.change(work);
  };

  const faults = new Map([...fieldFaults(create.error)].filter(([pointer]) => !isUnder(pointer, edited)));
  const placed = faultsOfSettings(faults, type, settings);
  const atFault = tabsAtFault(schema, placed);
  const touch = (pointer: string): void => setEdited((before) => new Set([...before, pointer]));
  const nameFault = faults.get('/name');
  return (
    <RecordForm
      label={words.create.form}
      act={words.create.act}
      isSaving={create.isPending}
      error={create.error}
      onSubmit={() => {
        setEdited(new Set());
        onConnectionFault(undefined);
        if (connection) create.mutate();
        else queueMicrotask(() => onConnectionFault(words.create.needsConnection));
      }}
    >
      <Stack gap="lg">
        <TextInput
          maw={720}
          label={words.name}
          description={words.nameHint}
          required
          maxLength={200}
          value={shownName}
          onChange={({ currentTarget }) => {
            touch('/name');
            const { value } = currentTarget;
            change((before) => ({ ...before, name: value }));
          }}
          {...(nameFault !== undefined && { error: nameFault })}
        />
        <SettingsProvider
          type={type}
          values={settings}
          faults={placed}
          isReadOnly={false}
          set={(pointer, value) => {
            touch(`/settings${pointer}`);
            change((before) => ({ ...before, settings: withValue(before.settings, pointer, value) }));
          }}
        >
          <Tabs
            value={tab}
            onChange={(next) => setTab((next ?? 'settings') as SettingTab)}
            keepMounted={false}
          >
            <Tabs.List>
              {TABS.map((each) => (
                <Tabs.Tab key={each} value={each} {...(atFault.has(each) && { rightSection: <TabFault /> })}>
                  {words.tabs[each]}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {TABS.map((each) => (
              <Tabs.Panel key={each} value={each} pt="md">
                <Stack gap="lg">
                  <FaultsElsewhere faults={placed} />
                  {each === 'automation' && (
                    <Group>
                      <Switch
                        label={words.goesOn[type.direction] ?? type.title}
                        description={words.goesOnHint[type.direction]}
                        checked={enabled}
                        onChange={({ currentTarget: { checked } }) =>
                          change((before) => ({ ...before, enabled: checked }))
                        }
                      />
                    </Group>
                  )}
                  <SettingsOfTab tab={each} />
                </Stack>
              </Tabs.Panel>
            ))}
          </Tabs>
        </SettingsProvider>
      </Stack>
    </RecordForm>
  );
}
