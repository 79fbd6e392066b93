/** A device sign-in as this page follows it: one that waits is found again after a reload; its end is told once. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, answerOf, api, type DeviceSignIn } from '../../../api/client.js';
import { queryKeys } from '../../../api/keys.js';
import { connectionQuery } from '../../../api/records.js';

/** The service asks the server by itself; this is only how often we look. */
const LOOK_EVERY_MS = 3_000;

export interface DeviceFollowed {
  isStarting: boolean;
  error: unknown;
  /** Nothing, where none was started or seen waiting since the page was opened. */
  device: DeviceSignIn | undefined;
  start(): void;
  forget(): void;
}

/** @param isWanted whether to look for one that was started before */
export function useDeviceSignIn(id: string, isWanted: boolean): DeviceFollowed {
  const client = useQueryClient();
  const queryKey = [...queryKeys.connection(id), 'device'];
  const [followed, setFollowed] = useState<string>();
  const begin = useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/connections/{id}/device', { params: { path: { id } } })),
    onSuccess(device) {
      client.setQueryData(queryKey, device);
      setFollowed(device.startedAt);
    },
  });
  const { data } = useQuery({
    queryKey,
    enabled: isWanted || followed !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'waiting' ? LOOK_EVERY_MS : false),
    async queryFn(): Promise<DeviceSignIn | null> {
      const device = await answerOf(
        api.GET('/api/v1/connections/{id}/device', { params: { path: { id } } }),
      ).catch(noneStarted);
      // What is shown beside it is of after the sign-in.
      if (device?.state === 'signed-in') await client.fetchQuery({ ...connectionQuery(id), staleTime: 0 });
      return device;
    },
  });
  if (data?.state === 'waiting' && followed !== data.startedAt) setFollowed(data.startedAt);
  return {
    isStarting: begin.isPending,
    error: begin.error,
    device: data && data.startedAt === followed ? data : undefined,
    start: () => begin.mutate(),
    forget() {
      setFollowed(undefined);
      begin.reset();
    },
  };
}

function noneStarted(error: unknown): null {
  if (error instanceof ApiProblem && error.status === 404) return null;
  throw error;
}
