/** The lanes of `npm test`; each is a project, so that one can be run alone (`vitest run --project flows`). */
import { defineConfig } from 'vitest/config';

/** Files share a worker and what it has loaded, which took a third of the time; so a file takes its stubs and fake clocks back. */
const shared = { isolate: false } as const;

const slow = {
  ...shared,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  pool: 'forks',
  globalSetup: 'test/servers/packages.ts',
} as const;

const ALONE = 'test/browser/home-thousands.test.ts';

/** The lane `cluster` is the lane `flows` on a Redis Cluster of three nodes, without what would show nothing new there. */
const NOT_ON_A_CLUSTER = [
  // The service as a process, with the embedded Redis that is its default.
  'test/flows/service-*.test.ts',
  'test/flows/{cli,cli-*}.test.ts',
  // They search everything that one Redis holds.
  'test/flows/{no-secret-leaves,client-credential-secrets}.test.ts',
  'test/flows/oauth-ten-thousand.test.ts',
  'test/flows/{ten-causes,unknown-replies}.test.ts',
  'test/flows/sandbox-command.test.ts',
  'test/flows/storage-embedded-redis.test.ts',
  // No Redis at all.
  'test/flows/sandbox-{authorization,imap,smtp}.test.ts',
  'test/flows/outgoing*.test.ts',
  // Pages, answers of other servers and steps on disk: Redis is beside the point.
  'test/flows/admin-{pages,problems,hostile,tests}.test.ts',
  'test/flows/oauth-{fault-matrix,callback-attacks,callback-urls,refresh-attacks}.test.ts',
  'test/flows/{send-kill-points,send-cut,test-connection}.test.ts',
  // Records and claims that other flows take through a cluster already, at length.
  'test/flows/setup-transfer*.test.ts',
  'test/flows/receive-kill.test.ts',
  // They bring a cluster of their own, beside the one server.
  'test/flows/storage-records.test.ts',
  'test/flows/wake-up-queue.test.ts',
] as const;

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          sequence: { groupOrder: 0 },
          ...shared,
        },
      },
      {
        test: {
          name: 'architecture',
          include: ['test/architecture/**/*.test.ts'],
          // They read every file there is.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
          ...shared,
        },
      },
      {
        test: {
          name: 'flows',
          include: ['test/flows/**/*.test.ts'],
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
          ...slow,
        },
      },
      {
        test: {
          name: 'cluster',
          include: ['test/flows/**/*.test.ts'],
          exclude: [...NOT_ON_A_CLUSTER],
          env: { MAILGRANT_TEST_REDIS: 'cluster' },
          // Most of the time they wait until three nodes agree.
          maxWorkers: 7,
          sequence: { groupOrder: 2 },
          ...slow,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: [ALONE],
          maxWorkers: 3,
          sequence: { groupOrder: 3 },
          ...slow,
        },
      },
      {
        // Tasks are measured there: nothing else may run meanwhile.
        test: {
          name: 'browser-alone',
          include: [ALONE],
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
          ...slow,
        },
      },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 4 },
          ...slow,
        },
      },
    ],
  },
});
