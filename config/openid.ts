/** MAILGRANT_OPENID_*: the OpenID provider that people may sign in through, and which of its claims give which role. */
import { isLoopbackHost } from './loopback-host.js';
import { VARIABLES, type VariableName } from './schema.js';

/** One entry of MAILGRANT_OPENID_ROLES. */
export interface RoleRule {
  claim: string;
  value: string;
  role: 'viewer' | 'operator' | 'admin';
}

export interface OpenIdSettings {
  /** As the provider calls itself. */
  issuer: string;
  clientId: string;
  /** Absent: a public client, with PKCE alone. */
  clientSecret: string | undefined;
  scope: string;
  /** Of the provider, on the button. */
  name: string;
  roles: readonly RoleRule[];
}

type Values = Readonly<Record<VariableName, string | undefined>>;

const NEEDED = [
  'MAILGRANT_OPENID_ISSUER',
  'MAILGRANT_OPENID_CLIENT_ID',
  'MAILGRANT_OPENID_ROLES',
] as const satisfies readonly VariableName[];

/** A comma parts entries only where it follows a role: values such as `CN=admins,OU=mail` have commas of their own. */
const BETWEEN_ENTRIES = /(?<==(?:viewer|operator|admin))\s*,\s*/;
/** The claim ends at the first colon, but for `\:` and that of `https://`. */
const ENTRY = /^((?:\\.|[^\\:]|:(?=\/\/))+):(.+)=(viewer|operator|admin)$/;

/** @returns `undefined` where one of the entries is none */
export function roleRules(value: string): RoleRule[] | undefined {
  const rules: RoleRule[] = [];
  for (const entry of value.split(BETWEEN_ENTRIES)) {
    const [, claim, given, role] = ENTRY.exec(entry.trim()) ?? [];
    if (claim === undefined || given === undefined || role === undefined) return undefined;
    rules.push({
      claim: claim.replace(/\\(.)/g, '$1').trim(),
      value: given.trim(),
      role: role as RoleRule['role'],
    });
  }
  return rules;
}

/** Whatever of MAILGRANT_OPENID_* cannot be used, or not without another. */
export function openIdFaults(values: Values): { variable: VariableName; fault: string }[] {
  const faults: { variable: VariableName; fault: string }[] = [];
  const given = (Object.keys(values) as VariableName[]).filter(
    (name) => name.startsWith('MAILGRANT_OPENID_') && values[name] !== undefined,
  );
  const isUsed = given.some((name) => !('default' in VARIABLES[name]));
  for (const variable of NEEDED) {
    if (isUsed && !values[variable])
      faults.push({
        variable,
        fault: `is needed for the sign-in through OpenID, beside ${given.join(', ')}`,
      });
  }
  const issuer = values.MAILGRANT_OPENID_ISSUER ?? '';
  if (URL.canParse(issuer)) {
    const { protocol, hostname, search, hash, username, password } = new URL(issuer);
    const fault = (what: string): void =>
      void faults.push({ variable: 'MAILGRANT_OPENID_ISSUER', fault: what });
    if (protocol === 'http:' && !isLoopbackHost(hostname))
      fault(`"${issuer}" is plain http; whoever listens could sign in as anybody; use https`);
    if (search || hash || username || password)
      fault('is an issuer: a URL without query, fragment, user name or password');
  }
  const roles = values.MAILGRANT_OPENID_ROLES;
  if (roles !== undefined && !roleRules(roles)) {
    const fault = `"${roles}" cannot be read; write claim:value=role, such as groups:mail-admins=admin,groups:staff=viewer, with the roles viewer, operator and admin`;
    faults.push({ variable: 'MAILGRANT_OPENID_ROLES', fault });
  }
  const scope = values.MAILGRANT_OPENID_SCOPE ?? '';
  if (!scope.split(/\s+/).includes('openid'))
    faults.push({ variable: 'MAILGRANT_OPENID_SCOPE', fault: `"${scope}" lacks openid` });
  if (values.MAILGRANT_PASSWORD_SIGN_IN === 'false' && !values.MAILGRANT_OPENID_ISSUER) {
    const fault = 'may be false only beside MAILGRANT_OPENID_ISSUER; else nobody could sign in';
    faults.push({ variable: 'MAILGRANT_PASSWORD_SIGN_IN', fault });
  }
  return faults;
}

/** @param values without a fault @returns `undefined`: people do not sign in through OpenID */
export function openIdOf(values: Values): OpenIdSettings | undefined {
  const issuer = values.MAILGRANT_OPENID_ISSUER;
  if (issuer === undefined) return undefined;
  return {
    issuer,
    clientId: values.MAILGRANT_OPENID_CLIENT_ID ?? '',
    clientSecret: values.MAILGRANT_OPENID_CLIENT_SECRET,
    scope: values.MAILGRANT_OPENID_SCOPE ?? '',
    name: values.MAILGRANT_OPENID_NAME ?? '',
    roles: roleRules(values.MAILGRANT_OPENID_ROLES ?? '') ?? [],
  };
}
