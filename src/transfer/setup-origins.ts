/** An update that would send a stored secret to another place is at fault unless the item brings the secret (law 7). */

import type { AlertChannel } from '../setup/alert-channel-record.js';
import { addedPlaces } from '../setup/grant-change.js';
import type { Application, Connection, ConnectionSettings, Connector } from '../setup/model.js';
import { type Providers, tokenOrigins, withPreset } from '../setup/preset.js';
import { isRecord, type JsonObject } from '../setup/schema-node.js';
import { originBeside } from '../setup/secret-settings.js';
import type { Fault } from '../setup/settings-check.js';
import type { PlannedItem } from './plan-item.js';

const needed = (path: string, place: string): Fault => ({
  path,
  message: `the stored secret would go to ${place}; add the secret to the item`,
});

export const changedOrigin = {
  ofApplication(
    { act, existing, lacking, settings, faults }: PlannedItem<Application>,
    providers: Providers,
  ): Fault[] {
    if (act !== 'update' || !existing || faults.length > 0) return [];
    const asked = settings as unknown as Application['settings'];
    const before = existing.settings.clientAuth.method;
    const isKey = lacking.includes('/clientAuth/privateKey');
    const after = isKey ? 'certificate' : asked.clientAuth.method;
    if (lacking.length > 0 && before !== after)
      return lacking.map((path) => ({ path, message: `is needed: the application here has ${before}` }));
    const known = tokenOrigins(existing.settings);
    const place = [...tokenOrigins(withPreset(asked, providers[asked.provider]))].find(
      (each) => !known.has(each),
    );
    return place === undefined || isKey ? [] : lacking.map((path) => needed(path, place));
  },
  ofConnection({ act, existing, lacking }: PlannedItem<Connection>, after: ConnectionSettings): Fault[] {
    if (act !== 'update' || !existing || lacking.length === 0) return [];
    if (existing.settings.authentication !== 'basic')
      return lacking.map((path) => ({ path, message: 'is needed: the connection here has OAuth 2.0' }));
    const [place] = addedPlaces(existing.settings, after);
    return place === undefined ? [] : lacking.map((path) => needed(path, place));
  },
  ofAlertChannel({ act, existing, lacking, settings }: PlannedItem<AlertChannel>): Fault[] {
    if (act !== 'update' || !existing) return [];
    const before = existing.settings as unknown as JsonObject;
    const [from, to] = [originBeside(before, '/secret'), originBeside(settings, '/secret')];
    return lacking.length > 0 && from !== to ? [needed('/secret', to ?? 'nowhere')] : [];
  },
  ofConnector(
    { act, existing, lacking, settings }: PlannedItem<Connector>,
    pointers: readonly string[],
  ): Fault[] {
    if (act !== 'update' || !existing) return [];
    const after: JsonObject = isRecord(settings.settings) ? settings.settings : {};
    return pointers.flatMap((pointer) => {
      const path = `/settings${pointer}`;
      const [from, to] = [originBeside(existing.settings, pointer), originBeside(after, pointer)];
      return lacking.includes(path) && from !== to ? [needed(path, to ?? 'nowhere')] : [];
    });
  },
};
