/** Every place where an admin, or a server that an admin named, says which host Mailgrant connects to: for tests that name hosts it must not. */
import { refreshTokenGrant } from 'openid-client';
import { PROVIDERS } from '../../config/providers.js';
import { emailReceive } from '../../connectors/email-receive/index.js';
import { emailSend } from '../../connectors/email-send/index.js';
import { tell } from '../../src/alerts/tell.js';
import { systemClock } from '../../src/contract/clock.js';
import type { MailContext } from '../../src/contract/connector-type.js';
import type { InboundMessage } from '../../src/contract/message.js';
import { requestTokens } from '../../src/oauth/client/token-request.js';
import { createAuthorizationServers } from '../../src/oauth/server/authorization-server.js';
import { checkSignature } from '../../src/oauth/server/id-token-signature.js';
import { proveIdentity } from '../../src/oauth/sign-in/prove-identity.js';
import type { Outgoing, OutgoingInit } from '../../src/outgoing/outgoing.js';
import { createWebhook } from '../../src/receive/destinations/webhook.js';
import type { Connection } from '../../src/setup/model.js';
import { silentLog } from '../../src/telemetry/log.js';
import { clientsWith, json } from '../unit/oauth/fake-server.js';

export interface Place {
  name: string;
  /** Whether it takes URLs, with a port of their own; else a bare host. */
  takes: 'url' | 'host';
  /** Does what leads there. @param where `https://host:port`, or the host */
  reach(outgoing: Outgoing, where: string): Promise<unknown>;
}

const ISSUER = 'https://issuer.example';
const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

const fetchOf =
  (outgoing: Outgoing) =>
  (url: string, init: object): Promise<Response> =>
    outgoing.fetch(url, { ...(init as OutgoingInit), deadlineMs: 5_000 });

/** An issuer that is what it says, but for one endpoint that its metadata leads elsewhere. */
const withMetadata = (outgoing: Outgoing, metadata: Record<string, string>) =>
  clientsWith(
    { provider: 'custom', issuer: ISSUER },
    {
      fetch: async (url, init) =>
        url.endsWith('/.well-known/openid-configuration')
          ? json({
              issuer: ISSUER,
              authorization_endpoint: `${ISSUER}/authorize`,
              token_endpoint: `${ISSUER}/token`,
              ...metadata,
            })
          : fetchOf(outgoing)(url, init),
    },
  );

const context = (outgoing: Outgoing, host: string): MailContext => ({
  connection: 'con_1' as MailContext['connection'],
  connector: undefined,
  user: 'ada@contoso.example',
  authenticatedUser: 'ada@contoso.example',
  imap: { host, port: 993, tlsType: 'SSL/TLS' },
  smtp: { host, port: 465, tlsType: 'SSL/TLS' },
  limits: PROVIDERS.custom.limits,
  credentials: async () => ({ kind: 'xoauth2', user: 'ada', accessToken: 'secret', version: 1 }),
  resolve: outgoing.resolve,
  log: silentLog,
  signal: AbortSignal.timeout(10_000),
});

const webhook = (outgoing: Outgoing, url: string) =>
  createWebhook({
    webhook: { type: 'webhook', url, secret: SECRET, format: 'raw' },
    settings: { maxInlineBytes: 1_000, downloadType: 'message' },
    dispatcher: outgoing.dispatcher,
    clock: systemClock,
    deadlineMs: 5_000,
  });

const message: InboundMessage = {
  id: 'msg_1' as InboundMessage['id'],
  connector: 'ctr_1' as InboundMessage['connector'],
  mailbox: 'INBOX',
  uidValidity: '1',
  uid: 1,
  source: Buffer.from('Subject: x\r\n\r\n'),
  size: 14,
  parsed: {
    messageId: null,
    from: [],
    to: [],
    cc: [],
    subject: '',
    date: null,
    text: null,
    html: null,
    headers: [],
    attachments: [],
  },
};

const unused = async (): Promise<never> => {
  throw new Error('not asked');
};

export const PLACES: readonly Place[] = [
  {
    name: 'the issuer, by discovery',
    takes: 'url',
    reach: (outgoing, where) =>
      createAuthorizationServers({ fetch: fetchOf(outgoing) }).of(
        {
          name: 'x',
          provider: 'custom',
          clientId: 'c',
          clientAuth: { method: 'none' },
          issuer: where,
        },
        PROVIDERS.custom,
      ),
  },
  {
    name: 'Access Token URL',
    takes: 'url',
    async reach(outgoing, where) {
      const { clients, application } = clientsWith(
        {
          provider: 'custom',
          issuer: ISSUER,
          authUrl: `${ISSUER}/authorize`,
          accessTokenUrl: `${where}/token`,
        },
        { fetch: fetchOf(outgoing) },
      );
      const outcome = await requestTokens(await clients.of(application.id), {
        grant: (configuration) => refreshTokenGrant(configuration, 'refresh-token'),
        secrets: [],
        deadlineMs: 5_000,
      });
      if (outcome.kind !== 'tokens') throw new Error(`nothing came of it: ${JSON.stringify(outcome)}`);
    },
  },
  {
    name: 'the keys that the issuer’s metadata names',
    takes: 'url',
    async reach(outgoing, where) {
      const { clients, application } = withMetadata(outgoing, { jwks_uri: `${where}/keys` });
      await checkSignature(clients, await clients.of(application.id), 'a.b.c');
    },
  },
  {
    name: 'the userinfo endpoint that the issuer’s metadata names',
    takes: 'url',
    async reach(outgoing, where) {
      const { clients, application } = withMetadata(outgoing, { userinfo_endpoint: `${where}/userinfo` });
      const tokens = {
        accessToken: 'secret',
        refreshToken: 'secret',
        expiresInSeconds: 60,
        scope: [],
        claims: { sub: 'somebody' },
      };
      const connection = {
        settings: { user: 'ada@contoso.example' },
        authorization: {},
      } as unknown as Connection;
      await proveIdentity(clients, await clients.of(application.id), { tokens, connection });
    },
  },
  {
    name: 'the IMAP endpoint',
    takes: 'host',
    reach: (outgoing, where) => emailReceive.open(context(outgoing, where)),
  },
  {
    name: 'the SMTP endpoint',
    takes: 'host',
    reach: (outgoing, where) => emailSend.open(context(outgoing, where)),
  },
  {
    name: 'a webhook destination',
    takes: 'url',
    reach: (outgoing, where) => webhook(outgoing, where).deliver(message, new AbortController().signal),
  },
  {
    name: 'the ping of a webhook destination',
    takes: 'url',
    reach: (outgoing, where) => webhook(outgoing, where).test(new AbortController().signal),
  },
  {
    name: 'an alert’s webhook',
    takes: 'url',
    reach: (outgoing, where) =>
      tell(
        {
          channels: { secret: async () => SECRET },
          applications: { read: unused },
          connections: { read: unused },
          connectors: { read: unused },
          outbox: { accept: unused },
          outgoing,
          publicUrl: 'http://localhost:8025',
          clock: systemClock,
        },
        {
          channel: { id: 'alc_1', settings: { type: 'webhook', url: where } } as never,
          notice: {
            id: 'n_1',
            type: 'alert',
            timestamp: '2026-01-01T00:00:00Z',
            data: { count: 1 },
          } as never,
        },
        { waiting: 0, signal: new AbortController().signal },
      ),
  },
];
