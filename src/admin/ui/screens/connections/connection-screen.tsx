/** One connection: how it is signed in, its test, details and connectors; its settings, events, export and import. */
import { Stack, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { Connection } from '../../api/client.js';
import { connectionQuery } from '../../api/records.js';
import { useMay } from '../../api/session.js';
import { tellDone } from '../../parts/notify.js';
import { Loaded, Page, Section } from '../../parts/page.js';
import { TestRun } from '../../parts/test-run/test-run.js';
import { strings } from '../../strings/index.js';
import { ConnectionActs } from './connection-acts.js';
import { ConnectionConnectors } from './connection-connectors.js';
import { ConnectionDetails } from './connection-details.js';
import { ConnectionEvents } from './connection-events.js';
import { ConnectionForm } from './connection-form.js';
import { GrantTransfer } from './grant-transfer.js';
import { SignInPanel } from './sign-in-panel.js';

export function ConnectionScreen() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery(connectionQuery(id));
  return <Loaded query={query}>{(connection) => <Shown key={id} connection={connection} />}</Loaded>;
}

function Shown({ connection }: { connection: Connection }) {
  const words = strings.connections;
  const { tab = 'overview' } = useSearch({ strict: false });
  const navigate = useNavigate();
  const mayChange = useMay('admin');
  const { id, name, authentication } = connection;
  const open = (next: string | null): void =>
    void navigate({
      to: '/connections/$id',
      params: { id },
      search: { tab: next === 'overview' ? undefined : (next ?? undefined) },
      replace: true,
    });
  return (
    <Page title={name} actions={mayChange && <ConnectionActs connection={connection} />}>
      <Tabs value={tab} onChange={open}>
        <Tabs.List>
          <Tabs.Tab value="overview">{words.tabs.overview}</Tabs.Tab>
          {mayChange && <Tabs.Tab value="settings">{words.tabs.settings}</Tabs.Tab>}
          <Tabs.Tab value="events">{words.tabs.events}</Tabs.Tab>
          {mayChange && authentication === 'oauth2' && (
            <Tabs.Tab value="transfer">{words.tabs.transfer}</Tabs.Tab>
          )}
        </Tabs.List>
        <Tabs.Panel value="overview" pt="md">
          <Stack gap="md">
            <Section title={strings.signIn.title}>
              <SignInPanel connection={connection} />
            </Section>
            <Section title={words.test}>
              <TestRun of="connection" id={id} />
            </Section>
            <ConnectionDetails connection={connection} />
            <ConnectionConnectors connection={id} />
          </Stack>
        </Tabs.Panel>
        {mayChange && (
          <Tabs.Panel value="settings" pt="md">
            <Section>
              <ConnectionForm connection={connection} onSaved={() => tellDone(words.saved)} />
            </Section>
          </Tabs.Panel>
        )}
        <Tabs.Panel value="events" pt="md">
          <Section>{tab === 'events' && <ConnectionEvents connection={id} />}</Section>
        </Tabs.Panel>
        {mayChange && authentication === 'oauth2' && (
          <Tabs.Panel value="transfer" pt="md">
            <GrantTransfer connection={connection} />
          </Tabs.Panel>
        )}
      </Tabs>
    </Page>
  );
}
