/** One message with its transaction log; read anew whenever messages of its connector change. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';

export const useMessage = (id: string) =>
  useQuery({
    queryKey: queryKeys.message(id),
    queryFn: () => answerOf(api.GET('/api/v1/messages/{id}', { params: { path: { id } } })),
  });
