import { describe, expect, it } from 'vitest';
import { commands } from '../../../src/cli/commands/index.js';
import { runCli } from '../../../src/cli/main.js';
import { fakeTerminal, KEY } from './fake-terminal.js';

const PROBLEM = {
  code: 'identity-mismatch',
  title: 'Somebody else signed in',
  detail: 'Mallory signed in, not Alice.',
  owner: 'user',
  next: 'Sign in as Alice.',
  serverWords: 'AADSTS50000: no\u001b[2J',
};

const words = (line: string): string[] => line.split(' ');

describe('help', () => {
  it('has a command of its own name for each command', async () => {
    expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
    for (const { name, options } of commands) {
      const terminal = fakeTerminal();
      expect(await runCli([...words(name), '--help'], terminal)).toBe(0);
      expect(terminal.printed.out).toMatch(new RegExp(`^Usage: mailgrant ${name}\\b`));
      for (const option of Object.keys(options)) expect(terminal.printed.out).toContain(`--${option}`);
      expect(terminal.requests).toEqual([]);
    }
  });

  it('names every command and every operation of the CData drivers that exists', async () => {
    const terminal = fakeTerminal();
    expect(await runCli(['--help'], terminal)).toBe(0);
    for (const { name } of commands) expect(terminal.printed.out).toContain(name);
    const flat = terminal.printed.out.replace(/\s+/g, ' ');
    for (const operation of [
      'GetOAuthAuthorizationURL',
      'GetOAuthAccessToken, OAuthVerifier',
      'RefreshOAuthAccessToken',
    ])
      expect(flat).toContain(operation);
  });

  it('fits a terminal of 80 columns, examples aside', async () => {
    const terminal = fakeTerminal();
    await runCli(['help', 'connections', 'authorize'], terminal);
    await runCli(['connectors', '--help'], terminal);
    expect(terminal.printed.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('offers no option that would put a secret on the command line', () => {
    const names = commands.flatMap(({ options }) =>
      Object.entries(options).flatMap(([name, { kind }]) => (kind === 'flag' ? [] : name)),
    );
    const isHarmless = (name: string): boolean => /-(file|expires|transport)$/.test(name);
    const speaking = names.filter((name) => /secret|password|passphrase/.test(name));
    expect(speaking.filter((name) => !isHarmless(name))).toEqual([]);
  });
});

describe('an answer', () => {
  const list = { items: [], nextCursor: null };

  it('is a text for people, and unchanged for scripts', async () => {
    const people = fakeTerminal({ answers: [{ body: list }] });
    expect(await runCli(words('connections list'), people)).toBe(0);
    expect(people.printed.out).toBe('There are no connections.\n');
    const script = fakeTerminal({ answers: [{ body: '{"items": [],  "nextCursor":null}' }] });
    expect(await runCli(words('connections list --json --limit 5 --cursor abc'), script)).toBe(0);
    expect(script.printed).toEqual({ out: '{"items": [],  "nextCursor":null}\n', err: '' });
    expect(script.requests[0]?.url).toBe('http://127.0.0.1:8025/api/v1/connections?limit=5&cursor=abc');
    expect(script.requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it('that is a problem says what happened, whose it is, what is next, and the server’s words, harmlessly', async () => {
    const answer = { status: 409, body: PROBLEM, type: 'application/problem+json' };
    const people = fakeTerminal({ answers: [answer] });
    expect(await runCli(words('connections refresh con_1'), people)).toBe(1);
    expect(people.printed.out).toBe('');
    expect(people.printed.err).toBe(
      [
        'Somebody else signed in',
        '  Mallory signed in, not Alice.',
        '  What to do next: Sign in as Alice.',
        '  Whose it is to fix: you, or whoever owns the mailbox',
        "  The server's own words:",
        '    AADSTS50000: no[2J',
        '  (identity-mismatch)',
        '',
      ].join('\n'),
    );
    const script = fakeTerminal({ answers: [answer] });
    expect(await runCli(words('connections refresh con_1 --json'), script)).toBe(1);
    expect(JSON.parse(script.printed.out)).toEqual(PROBLEM);
  });

  it('of somebody else, broken off, or none at all is exit code 3', async () => {
    const refused = new TypeError('fetch failed', {
      cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
    });
    for (const [answer, text] of [
      [refused, 'nobody listens there (ECONNREFUSED)'],
      [{ status: 302, body: '', type: 'text/html' }, "is not Mailgrant's API (status 302)"],
      [{ body: '<html>', type: 'text/html' }, "is not Mailgrant's API"],
      [{ body: '{"items": [', type: 'application/json' }, 'broke off'],
      [{ status: 404, body: { error: 'no' } }, "is not Mailgrant's API"],
    ] as const) {
      const terminal = fakeTerminal({ answers: [answer] });
      expect(await runCli(words('connections list'), terminal)).toBe(3);
      expect(terminal.printed.err).toContain(text);
      expect(terminal.printed.err).not.toContain(KEY);
    }
  });
});

describe('wrong usage is exit code 2, and nothing is asked of the service', () => {
  it.each([
    ['connections show', '<id> is missing.'],
    ['connections show con_1 con_2', '"con_2" is one word too many.'],
    ['connections list --frob', "Unknown option '--frob'."],
    ['connections list --limit', "'--limit <value>' argument missing."],
    ['connections exchange con_1', 'Give one of --code and --redirected-url.'],
    ['connections update con_1', 'Nothing is given that should change.'],
    ['connections update con_1 --name x --if-version y', '--if-version takes a whole number'],
    ['connections create --file gone.json', 'gone.json cannot be read (ENOENT).'],
    ['connectors create --set destination.secret=whsec_x', 'destination.secret is a secret'],
    ['applications create --public --client-secret-file f', '--public says that there is no Client Secret'],
    ['applications create --name x', 'The Client Secret is missing'],
    ['messages send ctr_1 --text a --text-file b', 'Give one of --text and --text-file.'],
    ['connections', 'Usage: mailgrant connections <command>'],
    ['connexions', 'There is no command "connexions"'],
  ])('%s', async (line, text) => {
    const terminal = fakeTerminal();
    expect(await runCli(words(line), terminal)).toBe(2);
    expect(terminal.printed.err).toContain(text);
    expect(terminal.requests).toEqual([]);
  });
});

describe('secrets', () => {
  const made = {
    body: { id: 'app_1', clientAuth: { method: 'clientSecret' }, callbackUrl: 'http://localhost' },
  };
  const sent = (terminal: ReturnType<typeof fakeTerminal>) =>
    (terminal.requests[0]?.body as { clientAuth: unknown } | undefined)?.clientAuth;

  it('are asked for, or taken from a file or standard input without the line break', async () => {
    const asked = fakeTerminal({ answers: [made], secret: 's1' });
    expect(await runCli(words('applications create --name x'), asked)).toBe(0);
    expect(sent(asked)).toEqual({ method: 'clientSecret', clientSecret: 's1' });
    const file = fakeTerminal({ answers: [made], files: { f: 's2\n' } });
    expect(
      await runCli(
        words('applications create --client-secret-file f --client-secret-expires 2030-01-01'),
        file,
      ),
    ).toBe(0);
    expect(sent(file)).toEqual({ method: 'clientSecret', clientSecret: 's2', expiresAt: '2030-01-01' });
    const input = fakeTerminal({ answers: [made], input: 's3\r\n' });
    expect(await runCli(words('applications create --client-secret-file -'), input)).toBe(0);
    expect(sent(input)).toEqual({ method: 'clientSecret', clientSecret: 's3' });
    for (const { printed } of [asked, file, input])
      expect(printed.out + printed.err).not.toMatch(/\bs[123]\b/);
  });

  it('are not needed for a public client', async () => {
    const terminal = fakeTerminal({ answers: [made] });
    expect(await runCli(words('applications create --public'), terminal)).toBe(0);
    expect(sent(terminal)).toEqual({ method: 'none' });
  });
});

it('sends a change with the version that the record has, or the one that is given', async () => {
  const record = { body: { id: 'ctr_1', version: 7 } };
  const now = fakeTerminal({ answers: [record, { status: 204 }] });
  expect(await runCli(words('connectors delete ctr_1'), now)).toBe(0);
  expect(now.requests.map(({ method, headers }) => [method, headers['if-match']])).toEqual([
    ['GET', undefined],
    ['DELETE', '"7"'],
  ]);
  const given = fakeTerminal({ answers: [{ status: 204 }] });
  expect(await runCli(words('connectors delete ctr_1 --if-version 3'), given)).toBe(0);
  expect(given.requests.map(({ headers }) => headers['if-match'])).toEqual(['"3"']);
});

it('tells how to repeat a message whose acceptance is not known, so that it is sent once', async () => {
  const terminal = fakeTerminal({ answers: [new TypeError('fetch failed')] });
  expect(await runCli(words('messages send ctr_1 --to a@b.example --subject x'), terminal)).toBe(3);
  const key = terminal.requests[0]?.headers['idempotency-key'];
  expect(key).toMatch(/^[0-9a-f-]{36}$/);
  expect(terminal.printed.err).toContain(`--idempotency-key ${key}`);
});

it('says of a service that is not ready what is not, without asking it more', async () => {
  const body = { status: 'not-ready', checks: [{ name: 'redis', ok: false, detail: 'does not answer' }] };
  const terminal = fakeTerminal({ answers: [{ status: 503, body }] });
  expect(await runCli(['status'], terminal)).toBe(1);
  expect(terminal.printed.out).toContain('NOT OK  redis: does not answer');
  expect(terminal.requests).toHaveLength(1);
});
