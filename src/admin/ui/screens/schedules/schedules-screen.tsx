/** Schedules. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function SchedulesScreen() {
  return <Page title={strings.schedules.title}>{null}</Page>;
}
