/** An update of what exists already: what the item does not bring stays as it is stored. */
import { isRecord, type JsonObject } from '../setup/schema-node.js';
import { takenOut } from '../setup/secret-settings.js';

/** @param lacking JSON pointers of the secrets that were filled in so that the item could be checked */
export function withoutLacking(settings: JsonObject, lacking: readonly string[]): JsonObject {
  if (lacking.includes('/clientAuth/privateKey')) {
    const { clientAuth: _, ...others } = settings;
    return others;
  }
  const bare = takenOut(settings, lacking).settings;
  // Nothing is left of Basic without its password.
  if (isRecord(bare.basic) && Object.keys(bare.basic).length === 0) {
    const { basic: _, ...others } = bare;
    return others;
  }
  return bare;
}
