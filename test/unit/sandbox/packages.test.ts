import { describe, expect, it } from 'vitest';
import { ensurePackages, type MachineAccess, PackagesMissing } from '../../../src/sandbox/packages.js';

const PACKAGES = [
  { name: 'redis-server', programs: ['redis-server'] },
  { name: 'postfix', programs: ['postfix', '/usr/lib/postfix/sbin/master'] },
];

/** A machine with these programs, on which an installation brings `installs`. */
function machine(of: { programs: string[]; root?: string[]; installs?: string[]; exitCode?: number }) {
  const programs = new Set(of.programs);
  const commands: (readonly string[])[] = [];
  const access: MachineAccess = {
    has: async (program) => programs.has(program),
    rootCommand: async () => of.root,
    async run(command) {
      commands.push(command);
      for (const program of of.installs ?? []) programs.add(program);
      return of.exitCode ?? 0;
    },
  };
  return { access, commands };
}

const silent = (): void => undefined;
const ALL = ['redis-server', 'postfix', '/usr/lib/postfix/sbin/master'];

describe('ensurePackages', () => {
  it('runs nothing when every program is there', async () => {
    const { access, commands } = machine({ programs: ['apt-get', ...ALL], root: [] });
    await ensurePackages(PACKAGES, { say: silent, machine: access });
    expect(commands).toEqual([]);
  });

  it('installs only the packages that lack a program, as root', async () => {
    const { access, commands } = machine({
      programs: ['apt-get', 'redis-server', 'postfix'],
      root: ['sudo', '-n'],
      installs: ALL,
    });
    const said: string[] = [];
    await ensurePackages(PACKAGES, { say: (line) => said.push(line), machine: access });
    expect(commands).toHaveLength(1);
    expect(commands[0]?.slice(0, 3)).toEqual(['sudo', '-n', '/bin/sh']);
    expect(commands[0]?.slice(-2)).toEqual(['install', 'postfix']);
    expect(said).toEqual(['Installing what is not on this machine yet: postfix']);
  });

  it('starts no system service while it installs', async () => {
    const { access, commands } = machine({ programs: ['apt-get'], root: [], installs: ALL });
    await ensurePackages(PACKAGES, { say: silent, machine: access });
    expect(commands[0]?.join('\n')).toMatch(/exit 101[\s\S]*policy-rc\.d|policy-rc\.d[\s\S]*exit 101/);
    expect(commands[0]?.join('\n')).toContain('DEBIAN_FRONTEND=noninteractive');
  });

  it.each([
    ['there is no way to be root', { programs: ['apt-get'] }],
    ['there is no apt-get', { programs: [], root: [] }],
    ['the installation fails', { programs: ['apt-get'], root: [], exitCode: 100 }],
    ['a program is still missing afterwards', { programs: ['apt-get'], root: [], installs: ['postfix'] }],
  ])('names the one command to run when %s', async (_case, of) => {
    const { access } = machine(of);
    const attempt = ensurePackages(PACKAGES, { say: silent, machine: access });
    await expect(attempt).rejects.toBeInstanceOf(PackagesMissing);
    await expect(attempt).rejects.toThrow('apt-get update && apt-get install -y redis-server postfix');
  });
});
