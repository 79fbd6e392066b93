/** What was read is kept for a moment, and read again when the service says that it changed. */
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './client.js';

/** Changes are told live (api/changes); this is for what was told while nobody listened. */
const STALE_AFTER_MS = 15_000;
const MOST_RETRIES = 2;

const isWorthAnother = (error: unknown): boolean =>
  !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_AFTER_MS,
      retry: (failures, error) => failures < MOST_RETRIES && isWorthAnother(error),
    },
    mutations: { retry: false },
  },
});
