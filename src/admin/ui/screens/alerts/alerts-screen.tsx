/** Alerts: what is open, what is over, and the channels that they are told over. */
import { AddressTabs } from '../../parts/address-tabs.js';
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { AlertList } from './alert-list.js';
import { ChannelList } from './channel-list.js';

const { title, tabs } = strings.alerts;

const TABS = [
  { value: 'open', label: tabs.open, content: <AlertList status="open" /> },
  { value: 'resolved', label: tabs.resolved, content: <AlertList status="resolved" /> },
  { value: 'channels', label: tabs.channels, content: <ChannelList /> },
];

export function AlertsScreen() {
  return (
    <Page title={title}>
      <AddressTabs to="/alerts" tabs={TABS} />
    </Page>
  );
}
