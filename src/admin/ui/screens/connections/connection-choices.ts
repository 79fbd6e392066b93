/** What the form of a connection chooses among, and what stands behind a choice. */
import type { Application } from '../../api/client.js';
import type { Provider } from '../../api/schema.js';
import type { FieldsProps } from '../../parts/bound-field.js';
import type { ConnectionDraft } from './connection-draft.js';

export interface Choices {
  providers: readonly Provider[];
  applications: readonly Application[];
}

export interface ConnectionFieldsProps extends FieldsProps<ConnectionDraft> {
  choices: Choices;
  isNew: boolean;
  /** A password is stored. */
  hadPassword: boolean;
}

/** The preset behind an application. */
export function providerOf({ providers, applications }: Choices, application: string): Provider | undefined {
  const provider = applications.find(({ id }) => id === application)?.provider;
  return providers.find(({ name }) => name === provider);
}
