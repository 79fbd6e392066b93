/** The scope that a sign-in asks for: the base scopes, and what was entered or else what the preset needs. */
import type { ProviderPreset } from '../contract/provider.js';
import type { ConnectionSettings } from './model.js';

/**
 * @param settings the connection's; an empty `scope` means the preset's for the protocols that have an endpoint
 * @param preset of the connection's application
 * @returns each scope once, the base scopes (openid, offline_access, …) first
 */
export function effectiveScope(
  settings: Pick<ConnectionSettings, 'scope' | 'imap' | 'smtp'>,
  preset: Pick<ProviderPreset, 'scopes' | 'baseScopes'>,
): string[] {
  const needed = [
    ...(settings.imap ? (preset.scopes.imap ?? []) : []),
    ...(settings.smtp ? (preset.scopes.smtp ?? []) : []),
  ];
  return [...new Set([...preset.baseScopes, ...(settings.scope.length > 0 ? settings.scope : needed)])];
}
