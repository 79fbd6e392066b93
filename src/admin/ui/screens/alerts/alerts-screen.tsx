/** Alerts. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function AlertsScreen() {
  return <Page title={strings.alerts.title}>{null}</Page>;
}
