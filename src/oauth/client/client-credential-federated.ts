/** A federated credential: the client assertion is a token of somebody whom the provider trusts, a managed identity or whoever writes a file (workload identity). */
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import type { ClientAuth } from 'openid-client';
import { timeText } from '../../contract/date-text.js';
import { problemError } from '../../contract/problem.js';
import { TOKEN_EXCHANGE } from '../../setup/federated-rules.js';
import type { ClientAuth as Settings } from '../../setup/model.js';
import type { ManagedIdentityToken } from './managed-identity.js';

const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
/** A token is a few kilobytes. */
const LARGEST_FILE_BYTES = 64 * 1024;

/** Where such tokens come from. */
export interface FederatedTokens {
  managedIdentityToken: ManagedIdentityToken;
  /** AZURE_FEDERATED_TOKEN_FILE */
  federatedTokenFile?: string | undefined;
}

/**
 * Reads or fetches the token for each request, since its issuer replaces it every hour or so.
 * @param application its name, for problems
 * @returns what throws ProblemError `federated-token-unusable` or those of the managed identity
 */
export function federatedAssertion(
  settings: Extract<Settings, { method: 'federatedCredential' }>,
  application: string,
  tokens: FederatedTokens,
): ClientAuth {
  const { source, audience = TOKEN_EXCHANGE, identityClientId: clientId } = settings;
  const file = settings.file ?? tokens.federatedTokenFile;
  return async (_server, client, body) => {
    const assertion =
      source === 'file'
        ? await tokenInFile(file, { application, audience })
        : (await tokens.managedIdentityToken({ resource: audience, clientId })).accessToken;
    body.set('client_id', client.client_id);
    body.set('client_assertion_type', ASSERTION_TYPE);
    body.set('client_assertion', assertion);
  };
}

/**
 * Only what is a token for this very audience leaves the machine: the path is entered by an admin, and must not make the
 * service send some other file to a server.
 */
async function tokenInFile(
  file: string | undefined,
  { application, audience }: { application: string; audience: string },
): Promise<string> {
  const unusable = (what: string, cause?: unknown) =>
    problemError('federated-token-unusable', {
      with: { application, audience, file: file ?? 'that AZURE_FEDERATED_TOKEN_FILE names', what },
      cause,
    });
  if (file === undefined) throw unusable('is not configured: AZURE_FEDERATED_TOKEN_FILE is not set');
  const token = await start(file).catch((error: NodeJS.ErrnoException) => {
    throw unusable(`cannot be read (${error.code ?? error.name})`, error);
  });
  if (token === '') throw unusable('is empty');
  if (await isOfCluster(file))
    throw unusable('is the pod’s own token for its cluster, which goes nowhere else');
  const claims = claimsOf(token);
  if (!claims) throw unusable('is no JWT');
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.includes(audience)) throw unusable('is for another audience');
  if (claims.exp !== undefined && claims.exp * 1_000 <= Date.now())
    throw unusable(`expired at ${timeText(claims.exp * 1_000)}`);
  return token;
}

/** A regular file's first bytes, so that neither a pipe nor a disk can be read for ever. */
async function start(file: string): Promise<string> {
  // Without O_NONBLOCK the opening of a pipe waits for its writer, and with it the refresh and a thread of the process.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw Object.assign(new Error('no file'), { code: 'no file' });
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(LARGEST_FILE_BYTES),
      0,
      LARGEST_FILE_BYTES,
      0,
    );
    return buffer.toString('utf8', 0, bytesRead).trim();
  } finally {
    await handle.close();
  }
}

/** Kubernetes' own service account token has the rights of the pod in the cluster, whatever audience an admin enters. */
const isOfCluster = async (file: string): Promise<boolean> =>
  [file, await realpath(file).catch(() => file)].some((each) =>
    each.includes('/kubernetes.io/serviceaccount/'),
  );

function claimsOf(token: string) {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return undefined;
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}
