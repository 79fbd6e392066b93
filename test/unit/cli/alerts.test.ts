/** Alerts and alert channels on the command line: what is sent, and what a person reads. */
import { describe, expect, it } from 'vitest';
import { statusText } from '../../../src/cli/commands/status.js';
import { runCli } from '../../../src/cli/main.js';
import { fakeTerminal } from './fake-terminal.js';

const words = (line: string): string[] => line.split(' ');
const delivery = {
  waiting: 0,
  attempts: 0,
  nextAttemptAt: null,
  lastSuccessAt: null,
  message: null,
  problem: null,
};
const channel = {
  id: 'ach_1',
  version: 1,
  name: 'x',
  type: 'webhook',
  enabled: true,
  minimumSeverity: 'warning',
  delivery,
};
const alert = {
  ...{ id: 'alr_1', kind: 'credential-ends', severity: 'warning', status: 'open', affects: null },
  subject: { type: 'application', id: 'app_1', name: 'Contoso' },
  problem: { code: 'c', title: 'The client secret ends in 7 days', detail: 'd', owner: 'user', next: 'n' },
  ...{ openedAt: '2026-11-21T10:00:00.000Z', resolvedAt: null },
};

describe('alert-channels create', () => {
  const sent = async (line: string, given = {}) => {
    const terminal = fakeTerminal({ answers: [{ status: 201, body: channel }], ...given });
    expect(await runCli(words(`alert-channels create ${line}`), terminal)).toBe(0);
    return terminal;
  };

  it('sends a webhook with its secret from a file, and shows it nowhere', async () => {
    const line = '--name x --webhook-url https://h.example/ --webhook-secret-file f --only quarantine';
    const { requests, printed } = await sent(line, { files: { f: 'whsec_hidden\n' } });
    expect(requests[0]).toMatchObject({
      method: 'POST',
      body: {
        type: 'webhook',
        name: 'x',
        url: 'https://h.example/',
        secret: 'whsec_hidden',
        only: ['quarantine'],
      },
    });
    expect(printed.out + printed.err).not.toContain('hidden');
    expect(printed.out).toContain('mailgrant alert-channels test ach_1');
  });

  it('sends mail with its addresses', async () => {
    const line = '--name x --connector ctr_1 --to a@b.example --to c@d.example --minimum-severity critical';
    expect((await sent(line)).requests[0]?.body).toEqual({
      ...{ type: 'mail', name: 'x', connector: 'ctr_1', minimumSeverity: 'critical' },
      to: ['a@b.example', 'c@d.example'],
    });
  });

  it('asks where alerts go when nothing says so', async () => {
    const terminal = fakeTerminal();
    expect(await runCli(words('alert-channels create --name x'), terminal)).toBe(2);
    expect(terminal.printed.err).toContain(
      '--webhook-url and --webhook-secret-file, or --connector and --to',
    );
    expect(terminal.requests).toEqual([]);
  });

  it('takes one of both', async () => {
    const terminal = fakeTerminal();
    const line = 'alert-channels create --webhook-url https://h.example/ --connector ctr_1';
    expect(await runCli(words(line), terminal)).toBe(2);
    expect(terminal.requests).toEqual([]);
  });
});

it('alert-channels update takes the kinds back', async () => {
  const terminal = fakeTerminal({ answers: [{ body: channel }] });
  expect(await runCli(words('alert-channels update ach_1 --all-kinds'), terminal)).toBe(0);
  expect(terminal.requests.at(-1)).toMatchObject({ method: 'PATCH', body: { only: null } });
});

it('alerts list asks for those that are open, and says since when what stops whom', async () => {
  const terminal = fakeTerminal({ answers: [{ body: { items: [alert], nextCursor: null } }] });
  expect(await runCli(words('alerts list --open'), terminal)).toBe(0);
  expect(terminal.requests[0]?.url).toMatch(/\/alerts\?status=open$/);
  expect(terminal.printed.out).toMatch(/2026-11-21 10:00:00 UTC.*warning.*ends in 7 days.*Contoso/);
});

it('status shows the channels that alerts do not get through', () => {
  const readiness = { status: 'ready', checks: [] };
  const silent = { ...channel, delivery: { ...delivery, problem: alert.problem } };
  const text = statusText({ readiness, connections: [], connectors: [], alertChannels: [silent] });
  expect(text).toContain('mailgrant alert-channels test ach_1');
  expect(text).not.toContain('Nothing needs a person.');
});

it('status shows open alerts', () => {
  const readiness = { status: 'ready', checks: [] };
  const text = statusText({ readiness, connections: [], connectors: [], alerts: [alert] });
  expect(text).toContain(
    'warning, since 2026-11-21 10:00:00 UTC: The client secret ends in 7 days (Contoso)',
  );
  expect(text).not.toContain('Nothing needs a person.');
});

it('the lists show what is about to end where nothing is broken', async () => {
  const record = { id: 'x_1', name: 'x', problem: null, refreshProblem: null, warnings: [alert.problem] };
  for (const list of ['applications', 'connections']) {
    const terminal = fakeTerminal({ answers: [{ body: { items: [record], nextCursor: null } }] });
    expect(await runCli([list, 'list'], terminal)).toBe(0);
    expect(terminal.printed.out).toContain('The client secret ends in 7 days');
  }
});
