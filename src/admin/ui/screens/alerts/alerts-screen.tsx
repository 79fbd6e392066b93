/** Alerts: what is open, what is over, and the channels that they are told over. */
import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { AlertList } from './alert-list.js';
import { ChannelList } from './channel-list.js';

const TABS = ['open', 'resolved', 'channels'] as const;
type Tab = (typeof TABS)[number];

export function AlertsScreen() {
  const words = strings.alerts;
  const { tab: asked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab: Tab = TABS.find((each) => each === asked) ?? 'open';
  return (
    <Page title={words.title}>
      <Tabs
        value={tab}
        onChange={(value) =>
          void navigate({ to: '/alerts', search: { tab: value === 'open' ? '' : (value ?? '') } })
        }
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {words.tabs[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="open">
          <AlertList status="open" />
        </Tabs.Panel>
        <Tabs.Panel value="resolved">
          <AlertList status="resolved" />
        </Tabs.Panel>
        <Tabs.Panel value="channels">
          <ChannelList />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
