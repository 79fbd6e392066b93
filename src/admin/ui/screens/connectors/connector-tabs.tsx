/** Settings, Automation, Advanced, Alerts, Activity; which one is open stands in the address. */
import { Paper, Stack, Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Connection, Connector, ConnectorType } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { tellDone } from '../../parts/notify.js';
import { FaultsElsewhere, focusField, TabFault, tabsAtFault } from '../../parts/schema-form/fault-places.js';
import { firstFault, tabOfPointer } from '../../parts/schema-form/faults.js';
import type { SettingTab } from '../../parts/schema-form/schema.js';
import { SettingsOfTab } from '../../parts/schema-form/settings-tab.js';
import { useUnsavedGuard } from '../../parts/unsaved-guard.js';
import type { Search } from '../../routes.js';
import { strings } from '../../strings/index.js';
import { ActivityTab } from './activity-tab.js';
import { AlertsTab } from './alerts-tab.js';
import { ConflictPanel } from './conflict-panel.js';
import { settingsSchemaOf } from './connector-draft.js';
import { EnableSwitch } from './enable-switch.js';
import { RecordFields } from './record-fields.js';
import { SaveBar } from './save-bar.js';
import { faultsOfSettings, SettingsProvider } from './settings-provider.js';
import { useConnectorDraft } from './use-connector-draft.js';

const words = strings.connectors;
const FORM_TABS = ['settings', 'automation', 'advanced'] as const;
const TABS = [...FORM_TABS, 'alerts', 'activity'] as const;
type Tab = (typeof TABS)[number];

export interface ConnectorTabsProps {
  connector: Connector;
  connection: Connection | undefined;
  type: ConnectorType;
}

export function ConnectorTabs({ connector, connection, type }: ConnectorTabsProps) {
  const search: Search = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab: Tab = TABS.find((each) => each === search.tab) ?? 'settings';
  const open = (next: Tab): void =>
    void navigate({
      to: '.',
      search: (before: Search) => ({ ...before, tab: next }),
      replace: true,
    } as never);

  const mayChange = useMay('admin');
  const editing = useConnectorDraft(connector, type, {
    onSaved: ({ name }) => tellDone(words.save.saved(name)),
  });
  const { draft, base, faults, error } = editing;
  useUnsavedGuard(editing.patch !== undefined && !editing.isSaving);

  const schema = settingsSchemaOf(type);
  const placed = faultsOfSettings(faults, type, draft.settings);
  const atFault = new Set<Tab>(tabsAtFault(schema, placed));
  if (faults.has('/name') || faults.has('/connection')) atFault.add('settings');
  const form = useRef<HTMLFormElement>(null);
  useFirstFault(error, {
    at: firstFault(schema, placed),
    form,
    tabOf: (at) => tabOfPointer(schema, at),
    open,
  });

  return (
    <Tabs value={tab} onChange={(next) => open((next ?? 'settings') as Tab)} keepMounted={false}>
      <Tabs.List>
        {TABS.map((each) => (
          <Tabs.Tab key={each} value={each} {...(atFault.has(each) && { rightSection: <TabFault /> })}>
            {words.tabs[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <form
        ref={form}
        noValidate
        aria-label={words.save.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (editing.theirs === undefined) editing.save();
        }}
      >
        <SettingsProvider
          type={type}
          values={draft.settings}
          stored={base.settings}
          faults={placed}
          isReadOnly={!mayChange}
          set={(pointer, value) => editing.set(`/settings${pointer}`, value)}
        >
          {FORM_TABS.map((each) => (
            <Tabs.Panel key={each} value={each} pt="md">
              <Paper withBorder p="md">
                <Stack gap="lg">
                  <FaultsElsewhere faults={placed} />
                  {each === 'settings' && (
                    <RecordFields
                      draft={draft}
                      faults={faults}
                      current={connection}
                      isReadOnly={!mayChange}
                      set={editing.set}
                    />
                  )}
                  {each === 'automation' && mayChange && (
                    <EnableSwitch connector={connector} direction={type.direction} hasHint />
                  )}
                  <SettingsOfTab tab={each} />
                </Stack>
              </Paper>
            </Tabs.Panel>
          ))}
        </SettingsProvider>
        <ConflictPanel editing={editing} schema={schema} />
        <SaveBar editing={editing} mayChange={mayChange} />
      </form>
      <Tabs.Panel value="alerts" pt="md">
        <AlertsTab connector={connector} connection={connection} />
      </Tabs.Panel>
      <Tabs.Panel value="activity" pt="md">
        <ActivityTab connector={connector.id} />
      </Tabs.Panel>
    </Tabs>
  );
}

/** After a save was refused: the tab with the first fault opens, and its field takes the focus. */
function useFirstFault(
  error: unknown,
  {
    at,
    form,
    tabOf,
    open,
  }: {
    at: string | undefined;
    form: { current: HTMLFormElement | null };
    tabOf(pointer: string): SettingTab;
    open(tab: Tab): void;
  },
): void {
  const todo = useRef<string>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another refusal moves whoever is writing
  useEffect(() => {
    todo.current = error ? at : undefined;
    if (error && at !== undefined) open(tabOf(at));
  }, [error]);
  // The field is drawn once its tab is open.
  useEffect(() => {
    if (todo.current === undefined || !form.current) return;
    if (!focusField(form.current, todo.current)) return;
    todo.current = undefined;
  });
}
