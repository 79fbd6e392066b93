import { describe, expect, it } from 'vitest';
import { runCli } from '../../../src/cli/main.js';
import { fakeTerminal } from './fake-terminal.js';

const ADA = {
  id: 'per_1',
  version: 3,
  name: 'ada',
  role: 'operator',
  status: 'active',
  invitedUntil: null,
  lastSignInAt: '2026-01-02T03:04:05.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
};
const INVITATION = {
  person: ADA,
  url: 'https://mail.example/invitation?token=per_1.secret',
  expiresAt: '2026-01-03T03:04:05.000Z',
};

async function run(line: string, ...bodies: (object | null)[]) {
  const terminal = fakeTerminal({
    answers: bodies.map((body) => (body === null ? { status: 204 } : { body })),
  });
  const code = await runCli(line.split(' '), terminal);
  return { code, ...terminal };
}

describe('people from the terminal', () => {
  it('are listed, shown, invited and invited again', async () => {
    const list = await run('people list', { items: [ADA], nextCursor: null });
    expect(list.printed.out).toMatch(/per_1 +ada +operator +active +2026-01-02 03:04:05 UTC/);
    expect((await run('people show per_1', ADA)).printed.out).toMatch(/Role +operator/);
    const created = await run('people create --name ada --role operator', INVITATION);
    expect(created.requests[0]).toMatchObject({ method: 'POST', body: { name: 'ada', role: 'operator' } });
    expect(created.printed.out).toContain(INVITATION.url);
    const again = await run('people invite per_1', INVITATION);
    expect(again.requests[0]?.url).toMatch(/\/people\/per_1\/invite$/);
    expect(again.printed.out).toMatch(/works once and until 2026-01-03 03:04:05 UTC/);
  });

  it('who were deleted are listed, and let back', async () => {
    const removed = { id: 'per_9', name: 'eve', issuer: 'https://login.example', removedAt: ADA.createdAt };
    const list = await run('people removed', { items: [removed] });
    expect(list.printed.out).toMatch(/per_9 +eve +https:\/\/login\.example +2026-01-01/);
    const back = await run('people let-back per_9', null);
    expect(back.requests[0]).toMatchObject({ method: 'DELETE' });
    expect(back.requests[0]?.url).toMatch(/\/people\/removed\/per_9$/);
    const openId = { issuer: 'https://login.example', subject: 'sub-1' };
    expect((await run('people show per_1', { ...ADA, openId })).printed.out).toMatch(
      /login\.example as sub-1/,
    );
  });

  it('are changed and deleted against the version they have', async () => {
    const updated = await run('people update per_1 --role admin --disabled', ADA, ADA);
    expect(updated.requests[1]).toMatchObject({ method: 'PATCH', body: { role: 'admin', disabled: true } });
    expect(updated.requests[1]?.headers['if-match']).toBe('"3"');
    const enabled = await run('people update per_1 --enabled --if-version 4', ADA);
    expect(enabled.requests[0]).toMatchObject({ method: 'PATCH', body: { disabled: false } });
    const gone = await run('people delete per_1 --if-version 5', null);
    expect(gone.requests[0]).toMatchObject({ method: 'DELETE' });
    expect(gone.code).toBe(0);
  });

  it('need a name and a role, and one of two words', async () => {
    for (const line of [
      'people create --role viewer',
      'people create --name ada',
      'people update per_1',
      'people update per_1 --enabled --disabled',
    ]) {
      const refused = await run(line);
      expect([line, refused.code, refused.requests]).toEqual([line, 2, []]);
    }
  });
});
