import { describe, expect, it, vi } from 'vitest';
import type { ApplicationId } from '../../../src/contract/ids.js';
import type { Application } from '../../../src/setup/model.js';
import { createRecentApplications } from '../../../src/setup/recent-applications.js';

const ID = 'app_1' as ApplicationId;
const application = (version: number): Application => ({ id: ID, version }) as Application;

describe('applications of a moment ago', () => {
  it('are read once for many that ask together, and anew once a change was told', async () => {
    const read = vi.fn(async () => application(read.mock.calls.length));
    const recent = createRecentApplications({ read });
    const asked = await Promise.all([recent.read(ID), recent.read(ID), recent.read(ID)]);
    expect(asked.map(({ version }) => version)).toEqual([1, 1, 1]);
    recent.forget(ID);
    expect((await recent.read(ID)).version).toBe(2);
  });

  it('are read anew after a second', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const read = vi.fn(async () => application(read.mock.calls.length));
    const recent = createRecentApplications({ read });
    await recent.read(ID);
    vi.advanceTimersByTime(1_001);
    expect((await recent.read(ID)).version).toBe(2);
    vi.useRealTimers();
  });

  it('do not keep a failure', async () => {
    const read = vi.fn<() => Promise<Application>>().mockRejectedValueOnce(new Error('Redis is away'));
    read.mockResolvedValue(application(7));
    const recent = createRecentApplications({ read });
    await expect(recent.read(ID)).rejects.toThrow('away');
    expect((await recent.read(ID)).version).toBe(7);
  });
});
