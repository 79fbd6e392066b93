/** Fills an application's issuer and URLs in from its provider preset; what was entered goes first. */
import type { ProviderName, ProviderPreset } from '../contract/provider.js';
import type { ApplicationSettings } from './model.js';

/** The presets, as app.ts hands them over from config/providers. */
export type Providers = Readonly<Record<ProviderName, ProviderPreset>>;

/**
 * @param entered what the admin entered
 * @param preset its provider's; `{tenant}` in its URLs is replaced
 */
export function withPreset(entered: ApplicationSettings, preset: ProviderPreset): ApplicationSettings {
  const tenant = entered.tenant ?? preset.tenant;
  const filled = (value: string | undefined): string | undefined =>
    value?.replaceAll('{tenant}', encodeURIComponent(tenant ?? ''));
  const issuer = entered.issuer ?? filled(preset.issuer);
  const authUrl = entered.authUrl ?? filled(preset.authUrl);
  const accessTokenUrl = entered.accessTokenUrl ?? filled(preset.accessTokenUrl);
  return {
    ...entered,
    ...(tenant !== undefined && { tenant }),
    ...(issuer !== undefined && { issuer }),
    ...(authUrl !== undefined && { authUrl }),
    ...(accessTokenUrl !== undefined && { accessTokenUrl }),
  };
}

/** A URL of the preset, for the application's tenant; `undefined` where the application goes to a server of its own. */
export function presetUrl(
  settings: ApplicationSettings,
  preset: ProviderPreset,
  name: 'deviceAuthorizationUrl' | 'revocationUrl',
): string | undefined {
  const filled = (url: string | undefined): string | undefined =>
    url?.replaceAll('{tenant}', encodeURIComponent(settings.tenant ?? preset.tenant ?? ''));
  return settings.accessTokenUrl === filled(preset.accessTokenUrl) ? filled(preset[name]) : undefined;
}

/** Origins that a client secret and refresh tokens of the application are sent to. */
export function tokenOrigins(application: ApplicationSettings): Set<string> {
  const urls = [application.accessTokenUrl, application.issuer].filter((each) => each !== undefined);
  return new Set(urls.map((each) => new URL(each).origin));
}
