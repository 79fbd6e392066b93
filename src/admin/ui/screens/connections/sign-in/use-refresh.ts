/** Refresh Access Token; of an app-only connection Get New Access Token as well, with no browser. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answerOf, api } from '../../../api/client.js';
import { queryKeys } from '../../../api/keys.js';

export function useRefresh(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => answerOf(api.POST('/api/v1/connections/{id}/refresh', { params: { path: { id } } })),
    onSuccess: (connection) => client.setQueryData(queryKeys.connection(id), connection),
    // What was refused may have changed its status.
    onError: () => client.invalidateQueries({ queryKey: queryKeys.connection(id) }),
  });
}
