/** Tells in a corner of the page that something was done, or why it was not. */
import { notifications } from '@mantine/notifications';
import { ApiProblem } from '../api/client.js';
import { strings } from '../strings/index.js';

export const tellDone = (message: string): void =>
  void notifications.show({ message, color: 'green.9', role: 'status' });

/** For acts without a place of their own for a refusal; forms show it where they stand. */
export function tellRefusal(error: unknown): void {
  const found = error instanceof ApiProblem ? error.problem : undefined;
  notifications.show({
    title: found?.title ?? strings.problem.page,
    message: found ? `${found.detail} ${found.next}` : String(error),
    color: 'red.9',
    autoClose: false,
    role: 'alert',
  });
}
