/** What the form of a connection holds while it is filled in, and what becomes of it in a request. */
import type { Connection } from '../../api/client.js';
import type { Provider, paths } from '../../api/schema.js';

export type ConnectionInput =
  paths['/api/v1/connections']['post']['requestBody']['content']['application/json'];
export type ConnectionPatch =
  paths['/api/v1/connections/{id}']['patch']['requestBody']['content']['application/json'];

export const PROTOCOLS = ['imap', 'smtp'] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export const TLS_TYPES = ['Automatic', 'STARTTLS', 'SSL/TLS', 'None'] as const;

export interface EndpointDraft {
  isOn: boolean;
  host: string;
  port: string;
  tlsType: string;
}

export interface ConnectionDraft {
  name: string;
  user: string;
  authentication: string;
  application: string;
  password: string;
  scope: string;
  grant: string;
  tokenMode: string;
  imap: EndpointDraft;
  smtp: EndpointDraft;
}

const PORTS = { imap: '993', smtp: '587' } as const;

type Endpoint = Connection['imap'];

const endpointDraft = (protocol: Protocol, endpoint: Endpoint, isOn: boolean): EndpointDraft => ({
  isOn,
  host: endpoint?.host ?? '',
  port: endpoint ? String(endpoint.port) : PORTS[protocol],
  tlsType: endpoint?.tlsType ?? 'Automatic',
});

/** @param needs the endpoints that it is for */
export function newDraft(application: string, needs: readonly Protocol[]): ConnectionDraft {
  const of = (protocol: Protocol): EndpointDraft =>
    endpointDraft(protocol, undefined, needs.includes(protocol));
  return {
    ...{ name: '', user: '', authentication: 'oauth2', application, password: '', scope: '' },
    ...{ grant: 'authorizationCode', tokenMode: 'getAndRefresh', imap: of('imap'), smtp: of('smtp') },
  };
}

export function draftOf(connection: Connection): ConnectionDraft {
  const { name, user, authentication, application = '', scope, grant, tokenMode, imap, smtp } = connection;
  return {
    ...{ name, user, authentication, application, password: '', scope: scope.join(' '), grant, tokenMode },
    imap: endpointDraft('imap', imap, imap !== undefined),
    smtp: endpointDraft('smtp', smtp, smtp !== undefined),
  };
}

/** Endpoints follow the provider of the application, as long as nobody entered others. */
export function withProvider(
  draft: ConnectionDraft,
  from: Provider | undefined,
  to: Provider | undefined,
): ConnectionDraft {
  const next = { ...draft };
  for (const protocol of PROTOCOLS) {
    const { host, isOn } = draft[protocol];
    const isPreset = host === '' || host === from?.[protocol]?.host;
    if (isPreset) next[protocol] = endpointDraft(protocol, to?.[protocol], isOn);
  }
  return next;
}

const scopeList = (scope: string): string[] => scope.split(/\s+/).filter((each) => each !== '');

/** What a sign-in will ask for; of app-only what the application asks for. */
export function askedScope(draft: ConnectionDraft, provider: Provider | undefined): string[] {
  if (!provider) return [];
  const { always, appOnly, imap, smtp } = provider.scope;
  const entered = scopeList(draft.scope);
  if (draft.grant === 'clientCredentials') return entered.length > 0 ? entered : [appOnly ?? ''];
  const needed = [...(draft.imap.isOn ? imap : []), ...(draft.smtp.isOn ? smtp : [])];
  return [...new Set([...always, ...(entered.length > 0 ? entered : needed)])];
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

function endpointInput({ isOn, host, port, tlsType }: EndpointDraft): unknown {
  if (!isOn) return null;
  const given = port.trim();
  return {
    host: host.trim(),
    ...(given !== '' && { port: isNumber(given) ? Number(given) : given }),
    tlsType,
  };
}

/** All of it, as a merge patch would say it: null is "there is none". */
function whole(draft: ConnectionDraft): Record<string, unknown> {
  const isBasic = draft.authentication === 'basic';
  return {
    name: draft.name.trim(),
    user: draft.user.trim(),
    application: isBasic ? null : draft.application,
    basic: isBasic ? (draft.password === '' ? {} : { password: draft.password }) : null,
    scope: isBasic ? [] : scopeList(draft.scope),
    grant: isBasic ? 'authorizationCode' : draft.grant,
    tokenMode: isBasic ? 'getAndRefresh' : draft.tokenMode,
    imap: endpointInput(draft.imap),
    smtp: endpointInput(draft.smtp),
  };
}

/** A new connection as it is sent; an endpoint of null is one that the provider’s does not stand in for. */
export function inputOf(draft: ConnectionDraft): ConnectionInput {
  const given = Object.entries(whole(draft)).filter(
    ([name, value]) => value !== '' && (value !== null || name === 'imap' || name === 'smtp'),
  );
  return Object.fromEntries(given) as unknown as ConnectionInput;
}

/** What was changed, alone. */
export function patchOf(before: ConnectionDraft, after: ConnectionDraft): ConnectionPatch {
  const [old, now] = [whole(before), whole(after)];
  const changed = Object.entries(now).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(old[name]),
  );
  return Object.fromEntries(changed) as ConnectionPatch;
}
