/** Which changes end the grant of a connection, told before they are saved; the service decides (setup/grant-change). */
import { strings } from '../../strings/index.js';
import { type ConnectionDraft, PROTOCOLS } from './connection-draft.js';

const words = strings.connections.voids;

const hosts = (draft: ConnectionDraft): string[] =>
  PROTOCOLS.flatMap((protocol) => {
    const { isOn, host } = draft[protocol];
    return isOn && host.trim() !== '' ? [host.trim().toLowerCase()] : [];
  });

const scopes = ({ scope }: ConnectionDraft): string => scope.split(/\s+/).filter(Boolean).sort().join(' ');

const isAppOnly = ({ grant }: ConnectionDraft): boolean => grant === 'clientCredentials';

/** @returns each as a person reads it; empty: the grant stays */
export function voidingChanges(before: ConnectionDraft, after: ConnectionDraft): string[] {
  const known = new Set(hosts(before));
  const added = hosts(after).filter((host) => !known.has(host));
  return [
    ...(before.user.trim().toLowerCase() === after.user.trim().toLowerCase() ? [] : [words.user]),
    ...(before.authentication === after.authentication ? [] : [words.authentication]),
    ...(before.application === after.application ? [] : [words.application]),
    ...(scopes(before) === scopes(after) ? [] : [words.scope]),
    ...(isAppOnly(before) === isAppOnly(after) ? [] : [words.grant]),
    ...added.map((host) => words.host(host)),
  ];
}
