/** The form of a connection: one mailbox and how it is signed in, made new or changed. */
import type { Connection } from '../../api/client.js';

export interface ConnectionFormProps {
  /** To be changed; absent: a new one. */
  connection?: Connection;
  /** Id of the application that a new one begins with. */
  application?: string;
  /** The endpoints that a new one is for; both unless given. */
  needs?: readonly ('imap' | 'smtp')[];
  onSaved(connection: Connection): void;
  onCancel?(): void;
}

export function ConnectionForm(_props: ConnectionFormProps) {
  return null;
}
