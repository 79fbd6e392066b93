import { expect, it } from 'vitest';
import { createFirstAdmin } from '../../../src/people/first-admin.js';
import { createPasswordHashes } from '../../../src/people/password-hashes.js';
import type { PeopleStore } from '../../../src/people/people-store.js';
import { createLogger } from '../../../src/telemetry/logger.js';

it('the set-up link is told whole by the log that takes secrets out of its lines', async () => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'info',
    destination: { write: (line: string) => void lines.push(line) },
  });
  const firstAdmin = createFirstAdmin({
    store: { isEmpty: async () => true, addSetUpLink: async () => {} } as unknown as PeopleStore,
    passwords: createPasswordHashes(),
    adminPassword: undefined,
    publicUrl: 'https://mail.example',
    log,
  });
  await firstAdmin.prepare();
  expect(lines.join('')).toMatch(/https:\/\/mail\.example\/setup\?link=[\w-]{43}"/);
});
