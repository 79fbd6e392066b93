/** The form of an application: how it is registered at the provider, made new or changed. */
import type { Application } from '../../api/client.js';

export interface ApplicationFormProps {
  /** To be changed; absent: a new one. */
  application?: Application;
  onSaved(application: Application): void;
  onCancel?(): void;
}

export function ApplicationForm(_props: ApplicationFormProps) {
  return null;
}
