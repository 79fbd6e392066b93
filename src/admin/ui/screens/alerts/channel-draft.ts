/** An alert channel as the form holds it, and what is sent of it. */
import type { AlertChannel } from '../../api/client.js';
import type { paths } from '../../api/schema.js';

type Input = paths['/api/v1/alert-channels']['post']['requestBody']['content']['application/json'];
type Patch = paths['/api/v1/alert-channels/{id}']['patch']['requestBody']['content']['application/json'];

export interface ChannelDraft {
  type: 'webhook' | 'mail';
  name: string;
  enabled: boolean;
  minimumSeverity: 'warning' | 'critical';
  only: string[];
  url: string;
  secret: string;
  connector: string;
  to: string[];
}

export const draftOf = (channel: AlertChannel | undefined): ChannelDraft => ({
  type: channel?.type === 'mail' ? 'mail' : 'webhook',
  name: channel?.name ?? '',
  enabled: channel?.enabled ?? true,
  minimumSeverity: channel?.minimumSeverity === 'critical' ? 'critical' : 'warning',
  only: channel?.only ?? [],
  url: channel?.url ?? '',
  secret: '',
  connector: channel?.connector ?? '',
  to: channel?.to ?? [],
});

type Kinds = NonNullable<Input['only']>;

export function inputOf({ type, url, secret, connector, to, only, ...common }: ChannelDraft): Input {
  const shared = { ...common, ...(only.length > 0 && { only: only as Kinds }) };
  return type === 'mail' ? { ...shared, type, connector, to } : { ...shared, type, url, secret };
}

/** A merge patch: an empty secret is not sent, so that the one there is stays; no kinds chosen means all. */
export function patchOf({ type, url, secret, connector, to, only, ...common }: ChannelDraft): Patch {
  const own = type === 'mail' ? { connector, to } : { url, ...(secret !== '' && { secret }) };
  return { ...common, ...own, only: only.length > 0 ? only : null } as Patch;
}
