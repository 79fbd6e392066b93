/** Which preset a connection's provider has, asked for at every poll and every message: an answer is good for a moment. */
import type { ApplicationId } from '../contract/ids.js';
import type { ProviderPreset } from '../contract/provider.js';
import type { Applications } from './applications.js';
import type { Connection } from './model.js';
import type { Providers } from './preset.js';

/** A change of an application's provider voids the grants of its connections anyway. */
const GOOD_FOR_MS = 1_000;
const REMEMBERED = 1_000;

/** @returns the preset of a connection's provider; that of `custom` for Basic */
export function createPresetLookup(deps: {
  applications: Pick<Applications, 'read'>;
  providers: Providers;
}): (connection: Pick<Connection, 'settings'>) => Promise<ProviderPreset> {
  const known = new Map<ApplicationId, { until: number; preset: Promise<ProviderPreset> }>();
  return ({ settings: { application } }) => {
    if (application === undefined) return Promise.resolve(deps.providers.custom);
    const recent = known.get(application);
    if (recent && performance.now() < recent.until) return recent.preset;
    const preset = deps.applications
      .read(application)
      .then(({ settings }) => deps.providers[settings.provider]);
    known.set(application, { until: performance.now() + GOOD_FOR_MS, preset });
    preset.catch(() => known.delete(application));
    if (known.size > REMEMBERED) known.clear();
    return preset;
  };
}
