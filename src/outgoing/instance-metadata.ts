/**
 * The one way to the identity endpoint of the Azure machine that Mailgrant runs on. Every other request is refused such
 * addresses (address-rules), since whoever reaches them acts as the machine.
 *
 * That is safe because of what is constant: host and path come from this file and the operator's environment, never from
 * a record or a request; callers choose two query parameters, which are encoded. No redirect is followed, no proxy used,
 * and the answer is small or cut off.
 */
import { Agent, request } from 'undici';

/** Azure Instance Metadata Service: the same address on every virtual machine, never routed (EXCHANGE-ONLINE.md §3). */
const IMDS_ORIGIN = 'http://169.254.169.254';
const IMDS_PATH = '/metadata/identity/oauth2/token';
const IMDS_API_VERSION = '2018-02-01';
const APP_SERVICE_API_VERSION = '2019-08-01';

/** Away from Azure nobody answers at all, which shows at once or never. */
const CONNECT_TIMEOUT_MS = 2_000;
/** Of a first token after a start; later ones come from the endpoint's own cache. */
const ANSWER_TIMEOUT_MS = 5_000;
const MOST_ANSWER_BYTES = 256 * 1024;

/** From the environment of the process alone (config/schema). */
export interface IdentityEnvironment {
  /** AZURE_POD_IDENTITY_AUTHORITY_HOST: another origin for IMDS, as the Azure SDKs have it. */
  podIdentityHost?: string | undefined;
  /** IDENTITY_ENDPOINT and IDENTITY_HEADER: set by App Service, Functions and Container Apps. */
  appService?: { endpoint: string; header: string } | undefined;
}

export interface InstanceAnswer {
  status: number;
  headers: Headers;
  /** as text */
  body: string;
}

export interface InstanceMetadata {
  /** Where it asks, for problems. */
  readonly host: string;
  /** What no log or problem may show. */
  readonly secrets: readonly string[];
  /**
   * Asks for a token of this machine's identity.
   * @param query `resource`: the audience; `clientId`: of a user-assigned identity
   * @throws what the connection failed with
   */
  token(query: { resource: string; clientId?: string | undefined }): Promise<InstanceAnswer>;
  close(): Promise<void>;
}

export function createInstanceMetadata(environment: IdentityEnvironment): InstanceMetadata {
  const { appService, podIdentityHost } = environment;
  const endpoint = appService
    ? new URL(appService.endpoint)
    : new URL(IMDS_PATH, podIdentityHost || IMDS_ORIGIN);
  const headers: Record<string, string> = appService
    ? { 'x-identity-header': appService.header }
    : { metadata: 'true' };
  const version = appService ? APP_SERVICE_API_VERSION : IMDS_API_VERSION;
  // An agent of its own: the global one may be a proxy's, and a proxy would answer as its own machine.
  const dispatcher = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    maxResponseSize: MOST_ANSWER_BYTES,
    connections: 2,
  });
  return {
    host: endpoint.host,
    secrets: appService ? [appService.header] : [],
    async token({ resource, clientId }) {
      const url = new URL(endpoint);
      url.search = new URLSearchParams({
        'api-version': version,
        resource,
        ...(clientId !== undefined && { client_id: clientId }),
      }).toString();
      const answer = await request(url, { method: 'GET', headers, dispatcher });
      const received = new Headers();
      for (const [name, value] of Object.entries(answer.headers)) {
        for (const each of [value ?? []].flat()) received.append(name, each);
      }
      return { status: answer.statusCode, headers: received, body: await answer.body.text() };
    },
    close: () => dispatcher.destroy(),
  };
}
