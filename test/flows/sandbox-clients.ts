/** The clients of the service, pointed at a sandbox tenant. */
import { connect } from 'node:net';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import * as oidc from 'openid-client';
import type { Tenant } from '../../src/sandbox/tenant-model.js';

export const ALICE = 'alice@sandbox.example';
export const BOB = 'bob@sandbox.example';
export const CALLBACK = 'http://localhost:8025/oauth/callback';

export const discover = (tenant: Tenant, secret = tenant.clientSecret): Promise<oidc.Configuration> =>
  oidc.discovery(new URL(tenant.issuer), tenant.clientId, secret, undefined, {
    execute: [oidc.allowInsecureRequests],
  });

/** Builds an authorization request; `parameters` add to or replace what it says. */
export async function request(tenant: Tenant, parameters: Record<string, string> = {}) {
  const config = await discover(tenant);
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedNonce = oidc.randomNonce();
  const expectedState = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: tenant.defaultScope,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expectedNonce,
    state: expectedState,
    ...parameters,
  });
  return { config, url: url.href, checks: { pkceCodeVerifier, expectedNonce, expectedState } };
}

/** POSTs to the token endpoint without a client library, to see the bare answer. */
export async function askForTokens(tenant: Tenant, parameters: Record<string, string>) {
  const response = await fetch(tenant.accessTokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: tenant.clientId,
      client_secret: tenant.clientSecret,
      ...parameters,
    }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export async function imapOf(tenant: Tenant, accessToken: string, user = ALICE): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: tenant.imap.host,
    port: tenant.imap.port,
    secure: false,
    doSTARTTLS: false,
    auth: { user, accessToken },
    logger: false,
    disableIMAP4rev2: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Says one line after each answer, and gives back all that the server said until it closed the connection. */
export function spoken(port: number, lines: string[]): Promise<string[]> {
  const left = [...lines];
  let heard = '';
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      heard += chunk.toString();
      const line = left.shift();
      if (line !== undefined) socket.write(`${line}\r\n`);
    });
    socket.on('close', () => resolve(heard.replace(/\r\n$/, '').split('\r\n')));
  });
}

export const smtpOf = (tenant: Tenant, accessToken: string, user = ALICE) =>
  createTransport({
    host: tenant.smtp.host,
    port: tenant.smtp.port,
    secure: false,
    ignoreTLS: true,
    auth: { type: 'OAuth2', user, accessToken },
  });

/** A message of Alice's to Bob. */
export const MESSAGE = {
  from: ALICE,
  to: BOB,
  subject: 'Round it goes',
  text: 'one\n.two\n',
  messageId: '<mine@sandbox.example>',
  headers: { 'X-Mailgrant-Id': 'msg_1' },
};
