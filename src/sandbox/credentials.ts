/** What the portal of a real tenant would hand out, as files: every client credential, registered with the tenant, to try the command line with. */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SignJWT } from 'jose';
import forge from 'node-forge';
import { FEDERATED_AUDIENCE } from './authorization/client-assertion.js';
import type { ManagedIdentity } from './authorization/managed-identities.js';
import type { Tenant } from './tenant-model.js';

const YEAR_MS = 365 * 86_400_000;
const PASTED_SECONDS = 3_600;
/** How long the sandbox's access tokens live, so that refreshes are seen. */
export const SANDBOX_ACCESS_TOKEN_SECONDS = 60;

export interface SandboxCredentials {
  /** Client Id of the public client that is registered beside the confidential one. */
  publicClientId: string;
  /** The secret that the tenant takes once the first is refused. */
  nextClientSecret: string;
  /** File name → what it is. */
  files: Readonly<Record<string, string>>;
}

/**
 * Registers each kind of credential with the tenant's application, and a public client beside it.
 * @param directory made when it is missing; its files are readable to their owner alone
 * @param identity of the machine; its tokens stand for the application too
 * @param user whose tokens are written down, to be pasted
 */
export async function writeCredentials(
  tenant: Tenant,
  { directory, user, identity }: { directory: string; user: string; identity: ManagedIdentity },
): Promise<SandboxCredentials> {
  const nextClientSecret = `~${randomBytes(30).toString('base64url')}`;
  const pfxPassphrase = randomBytes(9).toString('base64url');
  const { certificate, privateKey, pfx } = selfSigned(pfxPassphrase);
  const federated = await federatedToken(tenant.clientId);
  const { refreshToken = '' } = await tenant.issueTokens(user);
  const accessToken = await lastingAccessToken(tenant, user);
  const publicClientId = randomUUID();
  const registered = tenant.clients.get(tenant.clientId);
  if (registered) {
    registered.certificates = [certificate];
    registered.federated = [federated.trust, { issuer: tenant.issuer, subject: identity.principalId }];
  }
  tenant.clients.add({ clientId: publicClientId });
  const contents: [name: string, what: string, content: string | Buffer][] = [
    ['client-secret', 'its secret', tenant.clientSecret],
    ['next-client-secret', 'the secret that is good after the switch s', nextClientSecret],
    ['certificate.pem', 'its certificate', certificate],
    ['private-key.pem', 'and the key of it', privateKey],
    ['certificate.pfx', 'both in one file', pfx],
    ['pfx-passphrase', 'what opens it', pfxPassphrase],
    ['federated-token', 'a token that the tenant trusts in the place of a secret', federated.token],
    ['refresh-token', `a grant of ${user}, to be pasted`, refreshToken],
    ['access-token', `an access token of ${user}, to be pasted`, accessToken],
  ];
  await mkdir(directory, { recursive: true });
  for (const [name, , content] of contents)
    await writeFile(path.join(directory, name), content, { mode: 0o600 });
  return {
    publicClientId,
    nextClientSecret,
    files: Object.fromEntries(contents.map(([name, what]) => [name, what])),
  };
}

/** The sandbox's own end within a minute; one that is pasted is to outlive the walk from the file to the command. */
async function lastingAccessToken(tenant: Tenant, user: string): Promise<string> {
  tenant.misbehave.accessTokenSeconds(PASTED_SECONDS);
  const { accessToken } = await tenant.issueTokens(user);
  tenant.misbehave.accessTokenSeconds(SANDBOX_ACCESS_TOKEN_SECONDS);
  return accessToken;
}

/** A certificate as openssl req -x509 makes one. */
function selfSigned(passphrase: string): { certificate: string; privateKey: string; pfx: Buffer } {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = forge.pki.privateKeyFromPem(pair.privateKey);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.serialNumber = `01${randomBytes(8).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - 60_000);
  certificate.validity.notAfter = new Date(Date.now() + YEAR_MS);
  const name = [{ name: 'commonName', value: 'mailgrant sandbox' }];
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.sign(key, forge.md.sha256.create());
  const pfx = forge.pkcs12.toPkcs12Asn1(key, [certificate], passphrase, { algorithm: '3des' });
  return {
    certificate: forge.pki.certificateToPem(certificate),
    privateKey: pair.privateKey,
    pfx: Buffer.from(forge.asn1.toDer(pfx).getBytes(), 'binary'),
  };
}

/** As a Kubernetes cluster would write one for its workload. */
async function federatedToken(clientId: string) {
  const issuer = 'https://kubernetes.sandbox.example';
  const subject = `system:serviceaccount:mail:${clientId}`;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(FEDERATED_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('1d')
    .sign(privateKey);
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { token, trust: { issuer, subject, publicKey: pem } };
}
