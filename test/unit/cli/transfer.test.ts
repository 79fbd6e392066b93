import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/main.js';
import { fakeTerminal } from './fake-terminal.js';

const EXPORTED = { file: { format: 'mailgrant-grant', content: 'AAAA' }, warnings: [] };
const PROBLEM = { code: 'grant-busy', title: 'Busy', detail: 'd', owner: 'nobody', next: 'n' };

describe('mailgrant connections export', () => {
  const words = ['connections', 'export', 'con_1', '--out', 'a.grant', '--passphrase-file'];

  it('writes the file that the service made, and nothing of the passphrase', async () => {
    const files: Record<string, string> = { pass: 'correct horse battery\n' };
    const terminal = fakeTerminal({ answers: [{ body: EXPORTED }], files });
    expect(await runCli([...words, 'pass', '--move'], terminal)).toBe(0);
    expect(JSON.parse(files['a.grant'] ?? '')).toEqual(EXPORTED.file);
    expect(terminal.requests).toMatchObject([
      { method: 'POST', body: { passphrase: 'correct horse battery', move: true } },
    ]);
    expect(terminal.printed.out + terminal.printed.err).not.toContain('horse');
  });

  it('leaves no file when the service refuses, and overwrites none', async () => {
    const files: Record<string, string> = { pass: 'correct horse battery' };
    const refused = fakeTerminal({
      answers: [{ status: 409, body: PROBLEM, type: 'application/problem+json' }],
      files,
    });
    expect(await runCli([...words, 'pass'], refused)).toBe(1);
    expect(files).not.toHaveProperty(['a.grant']);
    files['a.grant'] = 'an earlier one';
    const again = fakeTerminal({ answers: [{ body: EXPORTED }], files });
    expect(await runCli([...words, 'pass'], again)).toBe(2);
    expect(files['a.grant']).toBe('an earlier one');
    expect(again.requests).toEqual([]);
  });

  it('asks twice for a passphrase that is typed, and for nothing where they differ', async () => {
    const typed = ['one passphrase', 'another one'];
    const terminal = fakeTerminal({
      answers: [{ body: EXPORTED }],
      secret: 'x',
      askSecret: async () => typed.shift() ?? '',
    });
    expect(await runCli([...words, '-'], terminal)).toBe(2);
    expect(terminal.printed.err).toContain('The two passphrases differ.');
    expect(terminal.requests).toEqual([]);
  });

  it('writes to standard output where it is told to, with warnings aside', async () => {
    const warned = { ...EXPORTED, warnings: [{ ...PROBLEM, code: 'grant-shared', title: 'Shared' }] };
    const terminal = fakeTerminal({ answers: [{ body: warned }], files: { pass: 'correct horse battery' } });
    expect(
      await runCli(['connections', 'export', 'con_1', '--out', '-', '--passphrase-file', 'pass'], terminal),
    ).toBe(0);
    expect(JSON.parse(terminal.printed.out)).toEqual(EXPORTED.file);
    expect(terminal.printed.err).toContain('grant-shared');
  });
});

it('mailgrant reseal fails where something stays sealed with another key, and says what', async () => {
  const body = {
    keyId: 'aaaaaaaa',
    kinds: [{ kind: 'connections', resealed: 3, current: 3, remaining: { bbbbbbbb: 1 } }],
    remaining: 1,
    unreadable: ['con_1/tokens'],
  };
  const terminal = fakeTerminal({ answers: [{ body }] });
  expect(await runCli(['reseal'], terminal)).toBe(1);
  expect(terminal.printed.out).toMatch(/1 with bbbbbbbb[\s\S]*con_1\/tokens/);
});

it('mailgrant setup import names the command that enters each secret, and it is one', async () => {
  const missing = {
    app_1: '/clientAuth/clientSecret',
    con_1: '/basic/password',
    ctr_1: '/settings/destination/secret',
    ach_1: '/secret',
  };
  const items = Object.entries(missing).map(([id, pointer]) => ({
    ...{ list: 'applications', ref: id, name: id, status: 'created', id, faults: [] },
    secrets: [pointer],
  }));
  const files = { 'setup.json': '{}' };
  const terminal = fakeTerminal({ answers: [{ body: { dryRun: false, items } }], files });
  expect(await runCli(['setup', 'import', '--file', 'setup.json'], terminal)).toBe(0);
  const commands = [...terminal.printed.out.matchAll(/^ +mailgrant (.+)$/gm)].map(([, words = '']) => words);
  expect(commands).toHaveLength(items.length);
  for (const words of commands) {
    const entered = fakeTerminal({ answers: [{ body: { version: 1 } }], secret: 'entered-secret' });
    await runCli(words.split(' '), entered).catch(() => undefined);
    expect(JSON.stringify(entered.requests.at(-1)?.body), words).toContain('entered-secret');
  }
});
