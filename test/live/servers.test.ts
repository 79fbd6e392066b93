/** The circle of real servers with well-known clients, so that a failure of the mail-goes-round test is Mailgrant's own. */
import { connect } from 'node:net';
import { ImapFlow } from 'imapflow';
import { createTransport } from 'nodemailer';
import * as oidc from 'openid-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  MAIL_SCOPES,
  startAuthorizationServer,
  type TestAuthorizationServer,
} from '../servers/authorization-server.js';
import { signInByHttp } from '../servers/browser-steps.js';
import { startDovecot, type TestDovecot } from '../servers/dovecot.js';
import { startPostfix, type TestPostfix } from '../servers/postfix.js';

const ALICE = { sub: 'a-1', address: 'alice@example.test' };
const BOB = { sub: 'b-2', address: 'bob@example.test' };
const CALLBACK = 'http://localhost:9/oauth/callback';

let authority: TestAuthorizationServer;
let dovecot: TestDovecot;
let postfix: TestPostfix;
beforeAll(async () => {
  authority = await startAuthorizationServer({ users: [ALICE, BOB], redirectUris: [CALLBACK] });
  dovecot = await startDovecot({ introspectionUrl: authority.introspectionUrl });
  postfix = await startPostfix({ dovecot, domain: 'example.test' });
});
afterAll(async () => {
  await postfix?.stop();
  await dovecot?.stop();
  await authority?.stop();
});

async function client(): Promise<oidc.Configuration> {
  const { clientId, clientSecret } = authority.client;
  return oidc.discovery(new URL(authority.issuer), clientId, clientSecret, undefined, {
    execute: [oidc.allowInsecureRequests],
  });
}

async function signIn(user: string) {
  const configuration = await client();
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: CALLBACK,
    scope: `openid profile email offline_access ${MAIL_SCOPES.join(' ')}`,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    login_hint: user,
  });
  const redirected = await signInByHttp(url.href, { user });
  const checks = { pkceCodeVerifier: verifier, expectedState: state };
  return oidc.authorizationCodeGrant(configuration, new URL(redirected), checks);
}

const imap = (user: string, accessToken: string): ImapFlow =>
  new ImapFlow({
    host: 'localhost',
    port: dovecot.imapsPort,
    secure: true,
    tls: { ca: dovecot.tls.ca },
    auth: { user, accessToken },
    logger: false,
  });

const smtp = (user: string, accessToken: string) =>
  createTransport({
    host: 'localhost',
    port: postfix.submissionPort,
    requireTLS: true,
    tls: { ca: dovecot.tls.ca },
    auth: { type: 'OAuth2', user, accessToken },
  });

/** All that a server says to these lines, each sent after the answer to the one before. */
function conversation(port: number, lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const heard: string[] = [];
    const left = [...lines];
    socket.on('data', (data) => {
      heard.push(data.toString());
      const line = left.shift();
      if (line !== undefined) socket.write(`${line}\r\n`);
    });
    socket.once('error', reject);
    socket.once('close', () => resolve(heard.join('').replaceAll('\r', '')));
  });
}

describe('the authorization server', () => {
  it('names the signed-in user in the id_token and gives a refresh token', async () => {
    const tokens = await signIn(ALICE.address);
    expect(tokens.claims()).toMatchObject({ sub: ALICE.sub, preferred_username: ALICE.address });
    expect(tokens.refresh_token).toBeTypeOf('string');
    expect(tokens.scope).toContain(MAIL_SCOPES[0]);
  });

  it('revokes the whole grant when an old refresh token is used again, while it rotates strictly', async () => {
    const configuration = await client();
    const { refresh_token: first = '' } = await signIn(ALICE.address);
    const { refresh_token: second = '' } = await oidc.refreshTokenGrant(configuration, first);
    expect(second).not.toBe(first);
    await expect(oidc.refreshTokenGrant(configuration, first)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    await expect(oidc.refreshTokenGrant(configuration, second)).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(authority.tokenEvents.at(-1)).toMatchObject({ grantType: 'refresh_token', granted: false });
  });

  it('keeps an old refresh token good when it does not rotate, as Entra does', async () => {
    authority.switches.rotateStrictly = false;
    try {
      const configuration = await client();
      const { refresh_token: token = '' } = await signIn(ALICE.address);
      await oidc.refreshTokenGrant(configuration, token);
      expect((await oidc.refreshTokenGrant(configuration, token)).access_token).toBeTypeOf('string');
    } finally {
      authority.switches.rotateStrictly = true;
    }
  });

  it('reports a declined sign-in as access_denied', async () => {
    const configuration = await client();
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: await oidc.calculatePKCECodeChallenge(oidc.randomPKCECodeVerifier()),
      code_challenge_method: 'S256',
    });
    const redirected = new URL(await signInByHttp(url.href, { decline: true }));
    expect(redirected.searchParams.get('error')).toBe('access_denied');
  });
});

describe('Postfix and Dovecot', () => {
  it('offer XOAUTH2 and nothing else', async () => {
    const imapGreeting = await conversation(dovecot.imapPort, ['a LOGOUT']);
    expect(imapGreeting.match(/AUTH=\S+/g)).toEqual(['AUTH=XOAUTH2]']);
    expect(imapGreeting).toContain('LOGINDISABLED');
    const smtpGreeting = await conversation(postfix.submissionPort, ['EHLO localhost', 'QUIT']);
    expect(smtpGreeting.match(/AUTH .*/g)).toEqual(['AUTH XOAUTH2']);
  });

  it('take a message by XOAUTH2 and give it back by XOAUTH2', async () => {
    const alice = await signIn(ALICE.address);
    const bob = await signIn(BOB.address);
    const subject = `round trip ${Date.now()}`;
    const sent = await smtp(ALICE.address, alice.access_token).sendMail({
      from: ALICE.address,
      to: BOB.address,
      subject,
      text: 'hello',
    });
    expect(sent.response).toMatch(/^250 2\.0\.0 Ok/);
    const session = imap(BOB.address, bob.access_token);
    await session.connect();
    try {
      await session.mailboxOpen('INBOX');
      const found = await vi.waitFor(
        async () => {
          await session.noop();
          const uids = await session.search({ header: { subject } }, { uid: true });
          expect(uids).toHaveLength(1);
          return String(uids);
        },
        { timeout: 10_000, interval: 100 },
      );
      const message = await session.fetchOne(found, { source: true }, { uid: true });
      expect(message ? String(message.source) : undefined).toContain('hello');
    } finally {
      await session.logout();
    }
  });

  it('refuse a From that is not the signed-in user', async () => {
    const { access_token: token } = await signIn(ALICE.address);
    const forged = { from: BOB.address, to: BOB.address, subject: 'forged', text: 'x' };
    await expect(smtp(ALICE.address, token).sendMail(forged)).rejects.toMatchObject({
      responseCode: 553,
      response: expect.stringContaining('not owned by user alice@example.test'),
    });
  });

  it('refuse a wrong token, an expired one, a refresh token, and another user’s token', async () => {
    authority.switches.accessTokenSeconds = 1;
    const expired = await signIn(ALICE.address).finally(() => {
      authority.switches.accessTokenSeconds = 3_600;
    });
    const bob = await signIn(BOB.address);
    const refused = async (token: string): Promise<void> => {
      await expect(imap(ALICE.address, token).connect()).rejects.toMatchObject({
        authenticationFailed: true,
      });
      await expect(smtp(ALICE.address, token).verify()).rejects.toMatchObject({ responseCode: 535 });
    };
    await refused('no-such-token');
    await refused(bob.access_token);
    await refused(bob.refresh_token ?? '');
    await vi.waitFor(() => refused(expired.access_token), { timeout: 10_000, interval: 200 });
  });
});
