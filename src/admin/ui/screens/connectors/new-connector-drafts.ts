/** What is written of a new connector, kept for each type: whoever looks at another one, and comes back, finds it again. */
import { useMemo, useState } from 'react';
import type { ConnectorType } from '../../api/schema.js';
import type { Values } from '../../parts/schema-form/schema.js';
import { initialValues } from '../../parts/schema-form/values.js';
import { settingsSchemaOf } from './connector-draft.js';

export interface NewConnectorDraft {
  /** Absent: as it is suggested. */
  name?: string;
  enabled: boolean;
  settings: Values;
}

export interface NewConnectorDrafts {
  /** Of the type that is chosen, which begins with its defaults. */
  draft: NewConnectorDraft;
  /** Whether anything was written, of whichever type. */
  isDirty: boolean;
  change(change: (before: NewConnectorDraft) => NewConnectorDraft): void;
}

export function useNewConnectorDrafts(type: ConnectorType | undefined): NewConnectorDrafts {
  const [drafts, setDrafts] = useState<ReadonlyMap<string, NewConnectorDraft>>(new Map());
  const start = useMemo(
    () => ({ enabled: true, settings: type ? initialValues(settingsSchemaOf(type)) : {} }),
    [type],
  );
  const name = type?.name ?? '';
  return {
    draft: drafts.get(name) ?? start,
    isDirty: drafts.size > 0,
    change: (change) =>
      setDrafts((before) => new Map([...before, [name, change(before.get(name) ?? start)]])),
  };
}
