/** Who may import whom (DESIGN.md, "Layout"), with the reason in the message. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsOf, type SourceFile, sourceFiles } from './source-files.js';

interface Fence {
  /** Rooms and files that it may import, beside itself. */
  rooms: readonly string[];
  because: string;
}

// A room is a folder under src/, one connector's folder, config, or an entry file.
const FENCES: Readonly<Record<string, Fence>> = {
  'src/contract': {
    rooms: [],
    because: 'the contract is what everybody depends on, so it depends on nobody',
  },
  'src/telemetry': {
    rooms: ['src/contract'],
    because: 'everybody logs; a log that knows them makes a circle',
  },
  'src/storage': {
    rooms: ['src/contract', 'src/telemetry'],
    because: 'storage keeps what others mean, without knowing what it means',
  },
  'src/outgoing': {
    rooms: ['src/contract', 'src/telemetry'],
    because: 'the rules for outgoing connections hold for everybody alike',
  },
  'src/setup': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing'],
    because: 'what is set up does not know the work that is done with it',
  },
  'src/oauth': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing', 'src/setup'],
    because: 'the grant is kept fresh whether or not anybody sends or receives',
  },
  'src/receive': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing', 'src/setup'],
    because: 'receiving gets its credentials through the contract’s MailContext, never from the token store',
  },
  'src/send': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing', 'src/setup'],
    because: 'sending gets its credentials through the contract’s MailContext, never from the token store',
  },
  'src/messages': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/setup', 'src/receive', 'src/send'],
    because: 'it looks at what was sent and received, over all connectors, and changes nothing',
  },
  'src/diagnosis': {
    rooms: [
      ...['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing', 'src/setup', 'src/oauth'],
      ...['src/receive', 'src/send'],
    ],
    because: 'Test Connection walks the real path with the real token, through the connector type’s own test',
  },
  'src/alerts': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing', 'src/setup', 'src/send'],
    because: 'alerts are told from what records say; they go out by webhook, or through the outbox',
  },
  'src/activity': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/setup'],
    because: 'what happens is counted and told as others report it; it does none of the work',
  },
  'src/audit': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage'],
    because: 'the audit trail writes down what others report, and asks nobody',
  },
  'src/people': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage'],
    because: 'who may sign in to the service knows nothing of mailboxes, nor of HTTP',
  },
  'src/transfer': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/setup', 'src/oauth'],
    because: 'exports, imports and resealing work on records and grants, never on mail',
  },
  'src/admin': {
    rooms: [
      'src/contract',
      'src/telemetry',
      'src/storage',
      'src/setup',
      'src/oauth',
      'src/receive',
      'src/send',
      'src/messages',
      'src/diagnosis',
      'src/activity',
      'src/alerts',
      'src/audit',
      'src/transfer',
      'src/people',
    ],
    because: 'the API calls operations; it connects to no mail server and starts no worker',
  },
  'src/admin/ui': {
    rooms: ['src/contract'],
    because:
      'the web app runs in a browser; it knows the contract, and the API by types made from its document',
  },
  'src/cli': {
    rooms: ['src/contract'],
    because: 'the terminal is a client of the API, on any machine; it knows what the API answers and no more',
  },
  'src/sandbox': {
    rooms: ['src/contract', 'src/telemetry', 'src/app.ts', 'config'],
    because: 'a pretend tenant that shared code with the service would hide the service’s faults',
  },
  // These two run the real service against the tenant; the tenant itself is behind the fence above.
  'src/sandbox/main.ts': {
    rooms: ['src/contract', 'src/telemetry', 'src/storage', 'src/app.ts', 'src/sandbox', 'config'],
    because: 'it starts what main.ts starts, and clears what an earlier sandbox left',
  },
  'src/sandbox/providers.ts': {
    rooms: ['src/contract', 'src/setup', 'src/sandbox', 'config'],
    because: 'it is provider data for the service',
  },
  'src/main.ts': {
    rooms: ['src/app.ts', 'src/cli', 'src/contract', 'src/telemetry', 'config'],
    because: 'the entry only starts and stops the service, or runs the command line',
  },
  'src/app.ts': {
    rooms: [
      ...['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing', 'src/setup', 'src/admin'],
      ...['src/wiring', 'config'],
    ],
    because: 'it opens, starts and stops in order; which service gets which is for src/wiring',
  },
  'src/wiring': {
    rooms: [
      ...['src/contract', 'src/telemetry', 'src/storage', 'src/outgoing', 'src/setup', 'src/oauth'],
      ...['src/receive', 'src/send', 'src/messages', 'src/diagnosis', 'src/alerts', 'src/audit'],
      'src/transfer',
      ...['src/activity', 'src/people', 'connectors/index.ts', 'connectors/mail', 'config'],
    ],
    because:
      'only the wiring knows everybody; it knows connectors by their list, and the mail parser that they share',
  },
  config: {
    rooms: ['src/contract'],
    because: 'configuration is data; it knows the types of what it describes',
  },
  'connectors/index.ts': {
    rooms: ['src/contract', 'connectors/*'],
    because: 'it is the one list of connector types',
  },
  'connectors/mail': {
    rooms: ['src/contract'],
    because: 'connectors know the contract and nothing of the platform',
  },
  'connectors/*': {
    rooms: ['src/contract', 'connectors/mail'],
    because:
      'a connector type knows the contract, connectors/mail and its protocol library, nothing of the platform',
  },
};

/** Packages that only these rooms may import; Node's own and those not listed are free. */
const PACKAGE_FENCES: Readonly<Record<string, { rooms: readonly string[]; because: string }>> = {
  ioredis: { rooms: ['src/storage'], because: 'others depend on verbs of the domain, not on Redis' },
  bullmq: { rooms: ['src/storage'], because: 'only the wake-up queue knows the queue’s ways' },
  fastify: { rooms: ['src/admin'], because: 'only the admin API speaks HTTP as a server' },
  'openid-client': { rooms: ['src/oauth'], because: 'every OAuth exchange is in one room' },
  undici: { rooms: ['src/outgoing', 'src/receive'], because: 'requests are made by the guarded agent' },
  pino: { rooms: ['src/telemetry'], because: 'there is one logger, and it redacts' },
  'prom-client': { rooms: ['src/telemetry'], because: 'metrics are declared in one place' },
  '@node-rs/argon2': { rooms: ['src/people'], because: 'passwords are hashed one way' },
  imapflow: { rooms: ['connectors/*'], because: 'only a connector type speaks its protocol' },
};

/** What a connector may import from npm: its protocol library and the schema library. */
const CONNECTOR_PACKAGES = new Set(['typebox', 'imapflow', 'nodemailer', 'postal-mime']);

function roomOf(file: string): string {
  const [top = '', second = '', third] = file.split('/');
  if (top === 'config') return top;
  if (file.startsWith('src/admin/ui/')) return 'src/admin/ui';
  return third === undefined ? file : `${top}/${second}`;
}

const fenceNameOf = (room: string): string =>
  room.startsWith('connectors/') && !(room in FENCES) ? 'connectors/*' : room;

const inside = (rooms: readonly string[], room: string): boolean =>
  rooms.includes(room) || (rooms.includes('connectors/*') && room.startsWith('connectors/'));

function roomFaults({ path, imports }: SourceFile): string[] {
  const room = roomOf(path);
  const fence = FENCES[path] ?? FENCES[fenceNameOf(room)];
  if (!fence)
    return [`${path} is in no known room; add a fence for ${room} in test/architecture/import-fences`];
  return imports
    .filter(({ file }) => file !== undefined && roomOf(file) !== room && !inside(fence.rooms, roomOf(file)))
    .map(({ specifier }) => `${path} imports ${specifier}: ${fence.because}`);
}

function packageFaults({ path, imports }: SourceFile): string[] {
  const room = roomOf(path);
  return imports.flatMap(({ package: name }) => {
    if (name === undefined || name.startsWith('node:')) return [];
    if (room.startsWith('connectors/') && !CONNECTOR_PACKAGES.has(name)) {
      return [`${path} imports ${name}: a connector type has its protocol library and TypeBox alone`];
    }
    const fence = PACKAGE_FENCES[name];
    return fence && !inside(fence.rooms, room) ? [`${path} imports ${name}: ${fence.because}`] : [];
  });
}

const files = sourceFiles('src', 'connectors', 'config');

describe('import fences', () => {
  it('keep each room to the rooms that it may know', () => {
    expect(files.flatMap(roomFaults)).toEqual([]);
  });

  it('keep each library in its room', () => {
    expect(files.flatMap(packageFaults)).toEqual([]);
  });

  it('keep the API and the terminal away from workers', () => {
    const faults = files
      .filter(({ path }) => /^src\/(admin|cli)\//.test(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter(({ file }) => file && /\/[a-z-]*(worker|drain|handler|wake-up-queue)\.ts$/.test(file))
          .filter(({ file }) => file && !/^src\/(admin|cli)\//.test(file))
          .map(({ specifier }) => `${path} imports ${specifier}: a request never does a worker's work`),
      );
    expect(faults).toEqual([]);
  });

  it('import only files that exist, by their .js name', () => {
    const known = new Set(files.map(({ path }) => path));
    // Styles are imported as they are, and the generated types of the API by the name of what they describe.
    const isThere = (file: string, specifier: string): boolean =>
      (known.has(file) && specifier.endsWith('.js')) ||
      existsSync(specifier.endsWith('.css') ? file : file.replace(/\.tsx?$/, '.d.ts'));
    const faults = files.flatMap(({ path, imports }) =>
      imports
        .filter(({ file, specifier }) => file && !isThere(file, specifier))
        .map(({ specifier }) => `${path} imports ${specifier}`),
    );
    expect(faults).toEqual([]);
  });

  it('would notice each forbidden kind of import', () => {
    const file = (path: string, text: string): SourceFile => ({ path, text, imports: importsOf(path, text) });
    const forbidden = [
      file('src/contract/x.ts', `import { keys } from '../storage/keys.js';`),
      file('src/send/x.ts', `import type {\n  A,\n  B,\n} from '../oauth/token-store.js';`),
      file('src/setup/x.ts', `export { config } from '../../config/load.js';`),
      file('connectors/email-send/x.ts', `const x = await import('../email-receive/index.js');`),
      file('connectors/email-send/y.ts', `import '../../src/storage/redis.js';`),
    ];
    for (const each of forbidden) expect(roomFaults(each), each.text).toHaveLength(1);
    expect(packageFaults(file('src/setup/x.ts', `import { Redis } from 'ioredis';`))).toHaveLength(1);
    expect(packageFaults(file('connectors/x/x.ts', `import Fastify from 'fastify';`))).toHaveLength(1);
  });
});
