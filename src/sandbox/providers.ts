/** The provider presets of a sandbox: "Exchange Online" is the pretend tenant, everything else as it is. */
import { PROVIDERS } from '../../config/providers.js';
import type { Providers } from '../setup/preset.js';
import type { Tenant } from './tenant-model.js';

export function sandboxProviders(tenant: Pick<Tenant, 'origin' | 'tenantId' | 'imap' | 'smtp'>): Providers {
  const here = (url: string | undefined): string =>
    (url ?? '').replace('https://login.microsoftonline.com', tenant.origin);
  const preset = PROVIDERS['exchange-online'];
  return {
    ...PROVIDERS,
    'exchange-online': {
      ...preset,
      title: 'Exchange Online (sandbox)',
      tenant: tenant.tenantId,
      issuer: here(preset.issuer),
      authUrl: here(preset.authUrl),
      accessTokenUrl: here(preset.accessTokenUrl),
      adminConsentUrl: here(preset.adminConsentUrl),
      deviceAuthorizationUrl: here(preset.deviceAuthorizationUrl),
      imap: endpoint(tenant.imap),
      smtp: endpoint(tenant.smtp),
    },
  };
}

const endpoint = ({ host, port, tlsType }: Tenant['imap'] | Tenant['smtp']) => ({ host, port, tlsType });
