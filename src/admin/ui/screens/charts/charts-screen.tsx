/** Charts. */
import { Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';

export function ChartsScreen() {
  return <Page title={strings.charts.title}>{null}</Page>;
}
