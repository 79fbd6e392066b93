/** The sandbox tenant under the clients that the service uses: openid-client, imapflow, nodemailer. */
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import * as oidc from 'openid-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTenant } from '../../src/sandbox/tenant.js';
import type { Tenant } from '../../src/sandbox/tenant-model.js';

const CALLBACK = 'http://localhost:8025/oauth/callback';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await startTenant({
    users: [{ upn: 'alice@sandbox.example', mail: 'alice.mail@sandbox.example' }, 'bob@sandbox.example'],
  });
});
afterEach(() => tenant.close());

const discover = (name = tenant.tenantId): Promise<oidc.Configuration> =>
  oidc.discovery(new URL(`${tenant.origin}/${name}/v2.0`), tenant.clientId, tenant.clientSecret, undefined, {
    execute: [oidc.allowInsecureRequests],
  });

async function signIn(options: { as?: string; scope?: string; grantOnly?: string[] } = {}) {
  const config = await discover();
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const nonce = oidc.randomNonce();
  const state = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: CALLBACK,
    scope: options.scope ?? tenant.defaultScope,
    code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce,
    state,
    login_hint: 'alice@sandbox.example',
  });
  const redirected = await tenant.signIn(url.href, {
    as: options.as ?? 'alice@sandbox.example',
    ...(options.grantOnly ? { grantOnly: options.grantOnly } : {}),
  });
  const checks = { pkceCodeVerifier, expectedNonce: nonce, expectedState: state, idTokenExpected: true };
  return { config, redirected, checks, url };
}

async function imapOf(accessToken: string, user = 'alice@sandbox.example'): Promise<ImapFlow> {
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

const smtpOf = (accessToken: string, user = 'alice@sandbox.example') =>
  createTransport({
    host: tenant.smtp.host,
    port: tenant.smtp.port,
    secure: false,
    ignoreTLS: true,
    auth: { type: 'OAuth2', user, accessToken },
  });

const MESSAGE = {
  from: 'alice@sandbox.example',
  to: 'bob@sandbox.example',
  subject: 'Round it goes',
  text: 'one\n.two\n',
  messageId: '<mine@sandbox.example>',
  headers: { 'X-Mailgrant-Id': 'msg_1' },
};

describe('the authorization server', () => {
  it('signs a user in with code, PKCE and nonce, and refreshes', async () => {
    const { config, redirected, checks } = await signIn();
    const tokens = await oidc.authorizationCodeGrant(config, new URL(redirected), checks);
    expect(tokens.claims()).toMatchObject({
      preferred_username: 'alice@sandbox.example',
      email: 'alice.mail@sandbox.example',
      tid: tenant.tenantId,
      oid: tenant.users.get('alice@sandbox.example').oid,
      ver: '2.0',
    });
    expect(tokens.scope).toBe(
      'https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send',
    );
    const first = tokens.refresh_token ?? '';
    const second = await oidc.refreshTokenGrant(config, first);
    expect(second.refresh_token).not.toBe(first);
    // Entra keeps the old one good.
    await oidc.refreshTokenGrant(config, first);
    expect(
      tenant.authorization.log.map(({ grantType, generation, outcome }) => [grantType, generation, outcome]),
    ).toEqual([
      ['authorization_code', undefined, 'ok'],
      ['refresh_token', 1, 'ok'],
      ['refresh_token', 1, 'ok'],
    ]);
  });

  it('answers the domain name with the GUID as issuer', async () => {
    const response = await fetch(`${tenant.origin}/${tenant.domain}/v2.0/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ issuer: tenant.issuer });
  });

  it('revokes the family when a rotated refresh token comes back under strict rotation', async () => {
    await tenant.close();
    tenant = await startTenant({ refreshTokens: 'rotated-strictly' });
    const { config } = await signIn();
    const { refreshToken = '' } = await tenant.issueTokens('alice@sandbox.example');
    const second = await oidc.refreshTokenGrant(config, refreshToken);
    await expect(oidc.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.refreshTokenGrant(config, second.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });
});

describe('the mail servers', () => {
  it('carry a message from SMTP to the INBOX, with a sent copy and a Message-ID of their own', async () => {
    const { accessToken } = await tenant.issueTokens('alice@sandbox.example');
    const sent = await smtpOf(accessToken).sendMail(MESSAGE);
    expect(sent.response).toMatch(/^250 2\.0\.0 OK <[^>]+> \[Hostname=/);
    expect(tenant.sink.entries).toMatchObject([
      {
        user: 'alice@sandbox.example',
        envelope: { from: 'alice@sandbox.example', to: ['bob@sandbox.example'] },
        mailgrantId: 'msg_1',
        clientMessageId: '<mine@sandbox.example>',
      },
    ]);

    const bob = await imapOf(
      (await tenant.issueTokens('bob@sandbox.example')).accessToken,
      'bob@sandbox.example',
    );
    const lock = await bob.getMailboxLock('INBOX');
    const message = await bob.fetchOne(
      '1',
      { source: true, envelope: true, flags: true, uid: true, size: true },
      { uid: true },
    );
    lock.release();
    await bob.logout();
    if (!message) throw new Error('the message did not arrive');
    expect(message.envelope).toMatchObject({
      subject: 'Round it goes',
      messageId: tenant.sink.entries[0]?.messageId,
      from: [{ address: 'alice@sandbox.example' }],
    });
    expect(message.source?.toString()).toContain('one\r\n.two');
    expect(tenant.mailbox('alice@sandbox.example', 'Sent Items').messages()).toHaveLength(1);
  });
});
