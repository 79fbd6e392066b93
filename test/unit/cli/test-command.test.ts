import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/main.js';
import { fakeTerminal } from './fake-terminal.js';

const GOOD = {
  step: 'tcp',
  protocol: 'imap',
  status: 'ok',
  durationMs: 12,
  detail: 'takes\u001b[2J connections',
};
const BAD = {
  ...GOOD,
  step: 'tls',
  status: 'failed',
  problem: {
    code: 'tls-not-spoken',
    title: 'The port does not begin with TLS',
    detail: 'no TLS there',
    owner: 'user',
    next: 'Set TLS Type to STARTTLS.',
  },
};
const answer = (...lines: object[]) => ({
  type: 'application/x-ndjson',
  body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
});

describe('connections test', () => {
  it('asks for lines and shows each, with nothing in it that moves the cursor', async () => {
    const terminal = fakeTerminal({ answers: [answer(GOOD, { result: 'ok' })] });
    expect(await runCli(['connections', 'test', 'con_1'], terminal)).toBe(0);
    expect(terminal.requests).toMatchObject([
      { method: 'POST', url: expect.stringContaining('/api/v1/connections/con_1/test') },
    ]);
    expect(terminal.requests[0]?.headers).toMatchObject({ accept: 'application/x-ndjson' });
    expect(terminal.printed.out).toBe(
      'ok      imap tcp                   12 ms  takes[2J connections\nEverything works.\n',
    );
  });

  it('ends with 1 where a step failed, and says what to do', async () => {
    const terminal = fakeTerminal({ answers: [answer(GOOD, BAD, { result: 'failed' })] });
    expect(await runCli(['connections', 'test', 'con_1'], terminal)).toBe(1);
    expect(terminal.printed.out).toMatch(
      /FAILED {2}imap tls [\s\S]*What to do next: Set TLS Type to STARTTLS\./,
    );
    expect(terminal.printed.err).toBe('The test failed at: imap tls.\n');
  });

  it('paints the words where the terminal has colours, and nothing else', async () => {
    const terminal = fakeTerminal({ hasColours: true, answers: [answer(GOOD, BAD, { result: 'failed' })] });
    await runCli(['connectors', 'test', 'ctr_1'], terminal);
    expect(terminal.printed.out).toContain('\u001b[32mok    \u001b[0m  imap tcp');
    expect(terminal.printed.out).toContain('\u001b[31mFAILED\u001b[0m  imap tls');
    expect(terminal.printed.out.split('\u001b')).toHaveLength(5);
  });

  it('prints the lines as they are with --json', async () => {
    const terminal = fakeTerminal({ answers: [answer(GOOD, { result: 'ok' })] });
    expect(await runCli(['connections', 'test', 'con_1', '--json'], terminal)).toBe(0);
    expect(terminal.printed.out).toBe(`${JSON.stringify(GOOD)}\n{"result":"ok"}\n`);
  });

  it('is no success where the answer breaks off before the result', async () => {
    const terminal = fakeTerminal({ answers: [answer(GOOD)] });
    expect(await runCli(['connections', 'test', 'con_1'], terminal)).toBe(1);
    expect(terminal.printed.err).toContain('broke off');
  });

  it('shows a problem of the API, and what is not the API', async () => {
    const body = { ...BAD.problem, code: 'test-running', title: 'It is being tested' };
    const refused = fakeTerminal({ answers: [{ status: 409, body }] });
    expect(await runCli(['connections', 'test', 'con_1'], refused)).toBe(1);
    expect(refused.printed.err).toContain('It is being tested');
    const other = fakeTerminal({ answers: [{ body: '<html>', type: 'text/html' }] });
    expect(await runCli(['connections', 'test', 'con_1'], other)).toBe(3);
  });
});
