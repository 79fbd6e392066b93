/** The four lanes of `npm test`; each is a project, so that one can be run alone (`vitest run --project flows`). */
import { defineConfig } from 'vitest/config';

const slow = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  pool: 'forks',
  globalSetup: 'test/servers/packages.ts',
} as const;

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], sequence: { groupOrder: 0 } } },
      {
        test: {
          name: 'architecture',
          include: ['test/architecture/**/*.test.ts'],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'flows',
          include: ['test/flows/**/*.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...slow,
        },
      },
      {
        test: {
          name: 'live',
          include: ['test/live/**/*.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          ...slow,
        },
      },
    ],
  },
});
