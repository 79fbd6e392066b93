/** Plans the applications of a set-up. */
import type { Applications } from '../setup/applications.js';
import type { Application } from '../setup/model.js';
import type { Providers } from '../setup/preset.js';
import type { JsonObject } from '../setup/schema-node.js';
import { putBack } from '../setup/secret-settings.js';
import { NO_CLIENT_SECRET } from './missing-secrets.js';
import {
  byKind,
  faultsIn,
  kindKey,
  type OnExisting,
  type PlannedItem,
  plannedItem,
  valuesFor,
} from './plan-item.js';
import type { SetupDocument } from './setup-document.js';
import { changedOrigin } from './setup-origins.js';

export async function planApplications(
  deps: { applications: Pick<Applications, 'all' | 'check'>; providers: Providers },
  document: SetupDocument,
  onExisting: OnExisting,
): Promise<PlannedItem<Application>[]> {
  const known = await byKind(deps.applications.all(), ({ settings }) =>
    kindKey(settings.name, settings.provider),
  );
  return document.applications.map((item) => {
    const same = known.get(kindKey(item.name, item.provider));
    const plan = plannedItem({ list: 'applications', item, onExisting }, same);
    if (plan.act === 'skip') return plan;
    plan.settings = withClientSecret(plan.settings, plan.lacking);
    try {
      deps.applications.check(plan.settings);
    } catch (error) {
      plan.faults.push(...faultsIn(error));
    }
    plan.faults.push(...changedOrigin.ofApplication(plan, deps.providers));
    return plan;
  });
}

/** With a client secret that is none where the credential's secret is missing. */
function withClientSecret(settings: JsonObject, lacking: readonly string[]): JsonObject {
  if (lacking.includes('/clientAuth/privateKey'))
    return { ...settings, clientAuth: { method: 'clientSecret', clientSecret: NO_CLIENT_SECRET } };
  const values = valuesFor(lacking, () => NO_CLIENT_SECRET);
  return putBack(settings, values);
}
