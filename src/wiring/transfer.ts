/** Wires exports, imports and resealing. */
import { connectorTypes } from '../../connectors/index.js';
import type { ChangeListener } from '../setup/model.js';
import { createGrantExport } from '../transfer/export-grant.js';
import { createSetupExport } from '../transfer/export-setup.js';
import { createGrantImport } from '../transfer/import-grant.js';
import { createSetupImport } from '../transfer/import-setup.js';
import { createMissingSecrets } from '../transfer/missing-secrets.js';
import { createReseal } from '../transfer/reseal.js';
import type { AlertServices } from './alerts.js';
import type { OAuthServices } from './oauth.js';
import type { Parts } from './parts.js';
import type { SetupServices } from './setup.js';

export function wireTransfer(
  { storage, providers }: Parts,
  {
    setup,
    oauth,
    alerting,
    listener,
  }: { setup: SetupServices; oauth: OAuthServices; alerting: AlertServices; listener: ChangeListener },
) {
  const { vault } = storage;
  const redis = storage.redis.client;
  const { applications, connections, connectors } = setup;
  const { alertChannels } = alerting;
  const { tokenStore, refreshLock, clients, acceptGrant } = oauth;
  const missingSecrets = createMissingSecrets({ applications, tokenStore });
  return {
    reseal: createReseal({ redis, vault }),
    exportGrant: createGrantExport({
      ...{ applications, connections, providers, tokenStore, listener },
      lock: refreshLock,
    }),
    importGrant: createGrantImport({ connections, clients, acceptGrant }),
    exportSetup: createSetupExport({ redis, applications, connections, connectors, alertChannels }),
    importSetup: createSetupImport({
      ...{ applications, connections, connectors, alertChannels },
      ...{ connectorTypes, providers, missingSecrets },
    }),
    /** For ChangeListener.applicationChanged. */
    applicationChanged: missingSecrets.applicationChanged,
  };
}

export type TransferServices = ReturnType<typeof wireTransfer>;
