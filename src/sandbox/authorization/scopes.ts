/** Scopes by resource, as Entra reads them: OpenID scopes stand apart, all others must name one resource (EXCHANGE-ONLINE.md §1). */
import { AadstsRefusal } from './aadsts.js';

const OPENID_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access']);

export type Resource = 'outlook' | 'graph';

const RESOURCES: readonly { prefix: string; resource: Resource }[] = [
  { prefix: 'https://outlook.office.com/', resource: 'outlook' },
  { prefix: 'https://outlook.office365.com/', resource: 'outlook' },
  { prefix: 'https://graph.microsoft.com/', resource: 'graph' },
];

/** Permissions that Exchange Online publishes to signed-in users. */
const OUTLOOK_PERMISSIONS = ['IMAP.AccessAsUser.All', 'SMTP.Send', 'POP.AccessAsUser.All'];

export interface ScopeRequest {
  openid: ReadonlySet<string>;
  resource: Resource;
  /** Bare permission names, such as `SMTP.Send`. */
  permissions: readonly string[];
  /** The same as the client wrote them; a bare name gets the Graph prefix. */
  names: readonly string[];
  /** More than one resource was named; what that means differs between endpoints. */
  mixed: boolean;
}

/**
 * @param scope space-separated
 * @returns the first resource's permissions; a bare name belongs to Graph
 * @throws AadstsRefusal 70011 for a permission that the resource lacks, 500011 for an unknown resource
 */
export function readScope(scope: string): ScopeRequest {
  const openid = new Set<string>();
  const asked: { resource: Resource; permission: string; name: string }[] = [];
  for (const value of scope.split(/\s+/).filter(Boolean)) {
    if (OPENID_SCOPES.has(value)) openid.add(value);
    else asked.push(readResourceScope(value));
  }
  const resource = asked[0]?.resource ?? 'graph';
  const ofResource = asked.filter((each) => each.resource === resource);
  return {
    openid,
    resource,
    permissions: ofResource.map((each) => each.permission),
    names: ofResource.map((each) => each.name),
    mixed: asked.some((each) => each.resource !== resource),
  };
}

function readResourceScope(value: string): { resource: Resource; permission: string; name: string } {
  const row = RESOURCES.find(({ prefix }) => value.toLowerCase().startsWith(prefix));
  if (!row) {
    if (value.includes('://')) throw new AadstsRefusal(500011, `The resource of '${value}' is unknown.`);
    return { resource: 'graph', permission: value, name: `https://graph.microsoft.com/${value}` };
  }
  const wanted = value.slice(row.prefix.length);
  if (row.resource === 'graph') return { resource: 'graph', permission: wanted, name: value };
  const permission = OUTLOOK_PERMISSIONS.find((each) => each.toLowerCase() === wanted.toLowerCase());
  if (!permission) throw new AadstsRefusal(70011, `The scope ${value} does not exist.`);
  return { resource: 'outlook', permission, name: value };
}
