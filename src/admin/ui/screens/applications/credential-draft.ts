/** The client authentication in the form of an application: its fields, and what of them is sent. */
import type { Application } from '../../api/client.js';

export const METHODS = [
  'clientSecret',
  'certificate',
  'none',
  'managedIdentity',
  'federatedCredential',
] as const;
export type Method = (typeof METHODS)[number];

export interface CredentialDraft {
  method: Method;
  clientSecret: string;
  expiresAt: string;
  secondClientSecret: string;
  secondExpiresAt: string;
  /** What becomes of a second secret that is stored. */
  secondAct: 'keep' | 'promote' | 'remove';
  transport: string;
  fileKind: 'pem' | 'pfx';
  certificate: string;
  privateKey: string;
  pfx: string;
  passphrase: string;
  algorithm: string;
  identity: string;
  source: string;
  file: string;
  audience: string;
  identityClientId: string;
}

export const emptyCredential: CredentialDraft = {
  method: 'clientSecret',
  ...{ clientSecret: '', expiresAt: '', secondClientSecret: '', secondExpiresAt: '' },
  ...{ secondAct: 'keep', transport: 'automatic' },
  ...{ fileKind: 'pem', certificate: '', privateKey: '', pfx: '', passphrase: '', algorithm: 'PS256' },
  ...{ identity: 'systemAssigned', source: 'managedIdentity', file: '', audience: '', identityClientId: '' },
};

/** What the answer tells of a stored one; its secrets stay blank. */
export function credentialOf(stored: Application['clientAuth']): CredentialDraft {
  const { method, expiresAt, secondExpiresAt, transport, algorithm, identity, source } = stored;
  const { file, audience, identityClientId } = stored;
  const given = { transport, algorithm, identity, source, file, audience, identityClientId };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  // A certificate tells its own end.
  const dates = method === 'clientSecret' && {
    ...(expiresAt !== undefined && { expiresAt: expiresAt.slice(0, 10) }),
    ...(secondExpiresAt !== undefined && { secondExpiresAt: secondExpiresAt.slice(0, 10) }),
  };
  return { ...emptyCredential, ...known, ...dates, method: method as Method };
}

/** Fields of each method by their names in the request; the first that the schema wants are always sent with a new one. */
const SENT: Readonly<Record<Method, readonly (keyof CredentialDraft)[]>> = {
  clientSecret: ['clientSecret', 'expiresAt', 'secondClientSecret', 'secondExpiresAt', 'transport'],
  certificate: ['certificate', 'privateKey', 'pfx', 'passphrase', 'algorithm'],
  none: [],
  managedIdentity: ['identity'],
  federatedCredential: ['source', 'file', 'audience', 'identityClientId'],
};

/** Where one is stored, blank means "keep it", not "remove it". */
const SECRETS: ReadonlySet<string> = new Set([
  ...['clientSecret', 'secondClientSecret', 'certificate', 'privateKey', 'pfx', 'passphrase'],
]);

/** Of the two ways to give a certificate, the one that is not chosen. */
const notChosen = ({ fileKind }: CredentialDraft): readonly string[] =>
  fileKind === 'pfx' ? ['certificate', 'privateKey'] : ['pfx'];

/**
 * The merge patch of the client authentication; of another method than before, all of it.
 * @returns `undefined` where nothing was changed
 */
export function credentialPatch(
  before: CredentialDraft,
  after: CredentialDraft,
): Record<string, string | null> | undefined {
  const { method } = after;
  const isNew = before === emptyCredential || before.method !== method;
  const start = isNew ? emptyCredential : before;
  const skipped = notChosen(after);
  const patch: Record<string, string | null> = {};
  for (const name of SENT[method]) {
    if (skipped.includes(name)) continue;
    const value = after[name].trim();
    const isChanged = value !== start[name];
    if (isNew ? value !== '' : isChanged) patch[name] = value === '' ? null : value;
    if (value === '' && SECRETS.has(name)) delete patch[name];
  }
  if (method === 'clientSecret' && !isNew) {
    if (after.secondAct === 'promote') patch.clientSecret = null;
    if (after.secondAct === 'remove')
      Object.assign(patch, { secondClientSecret: null, secondExpiresAt: null });
  }
  return isNew || Object.keys(patch).length > 0 ? { method, ...patch } : undefined;
}
