/**
 * What the two commands for a fresh machine need beside Node: found on the machine, else installed from Debian's
 * packages as root or by passwordless sudo, else named with the one command that installs it. `npm start` never
 * comes here. No system service is started or left enabled by it: the sandbox and the tests run their own.
 */
import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A Debian package, and the programs that tell whether it is there. */
export interface DebianPackage {
  name: string;
  /** Absolute, or looked for in PATH and the usual directories. All of them are needed. */
  programs: readonly string[];
}

const REDIS_SERVER: DebianPackage = { name: 'redis-server', programs: ['redis-server'] };

/** `npm run sandbox` */
export const SANDBOX_PACKAGES: readonly DebianPackage[] = [REDIS_SERVER];

/** `npm test` */
export const TEST_PACKAGES: readonly DebianPackage[] = [
  REDIS_SERVER,
  { name: 'dovecot-imapd', programs: ['dovecot', '/usr/lib/dovecot/imap'] },
  { name: 'dovecot-lmtpd', programs: ['/usr/lib/dovecot/lmtp'] },
  { name: 'postfix', programs: ['postfix', '/usr/lib/postfix/sbin/master'] },
  { name: 'openssl', programs: ['openssl'] },
  { name: 'chromium', programs: ['/usr/bin/chromium'] },
];

// $@: packages. Debian starts a service on installation unless policy-rc.d says 101, and enables it for the next boot.
const INSTALL = `
set -e
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\\nexit 101\\n' >$policy
  chmod 755 $policy
  trap 'rm -f '$policy EXIT
fi
apt-get update -q
apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
if command -v systemctl >/dev/null; then
  for service in "$@"; do
    case $service in dovecot-*) service=dovecot ;; esac
    systemctl disable --now $service >/dev/null 2>&1 || true
  done
fi
`;

/** What is not on the machine and could not be put there; the message names the one command to run. */
export class PackagesMissing extends Error {
  override readonly name = 'PackagesMissing';
}

export interface MachineAccess {
  /** Whether a program is on the machine. */
  has(program: string): Promise<boolean>;
  /** How to run a command as root; `undefined` when there is no way without asking for a password. */
  rootCommand(): Promise<readonly string[] | undefined>;
  /** Runs a command with its output shown. @returns its exit code */
  run(command: readonly string[]): Promise<number>;
}

/**
 * Makes sure that packages are there.
 * @param packages what is needed
 * @param options `say` tells the terminal what happens; `machine` for tests
 * @throws PackagesMissing with the command to run, where they cannot be installed from here
 */
export async function ensurePackages(
  packages: readonly DebianPackage[],
  options: { say(line: string): void; machine?: MachineAccess },
): Promise<void> {
  const { say, machine = thisMachine } = options;
  const missing = await missingPackages(packages, machine);
  if (missing.length === 0) return;
  const command = `apt-get update && apt-get install -y ${missing.join(' ')}`;
  const root = (await machine.has('apt-get')) ? await machine.rootCommand() : undefined;
  if (!root) {
    throw new PackagesMissing(
      `This needs what is not on this machine: ${missing.join(', ')}. Run as root:\n\n  ${command}\n`,
    );
  }
  say(`Installing what is not on this machine yet: ${missing.join(', ')}`);
  const code = await machine.run([...root, '/bin/sh', '-c', INSTALL, 'install', ...missing]);
  const still = await missingPackages(packages, machine);
  if (code === 0 && still.length === 0) return;
  throw new PackagesMissing(
    `Could not install ${still.join(', ') || missing.join(', ')} (apt-get ended with ${code}). Run as root:\n\n  ${command}\n`,
  );
}

async function missingPackages(
  packages: readonly DebianPackage[],
  machine: MachineAccess,
): Promise<string[]> {
  const missing: string[] = [];
  for (const { name, programs } of packages) {
    const found = await Promise.all(programs.map((program) => machine.has(program)));
    if (found.includes(false)) missing.push(name);
  }
  return missing;
}

const executable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

/** Where Debian puts servers, which the PATH of a plain user lacks. */
const SERVER_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const thisMachine: MachineAccess = {
  async has(program) {
    if (program.startsWith('/')) return executable(program);
    const directories = [...(process.env.PATH ?? '').split(':').filter(Boolean), ...SERVER_DIRECTORIES];
    const found = await Promise.all(directories.map((directory) => executable(`${directory}/${program}`)));
    return found.includes(true);
  },
  async rootCommand() {
    if (process.getuid?.() === 0) return [];
    // -n: never ask for a password, fail instead.
    return promisify(execFile)('sudo', ['-n', 'true']).then(
      () => ['sudo', '-n'],
      () => undefined,
    );
  },
  run([program = '/bin/false', ...args]) {
    return new Promise((resolve, reject) => {
      const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 1));
    });
  },
};
