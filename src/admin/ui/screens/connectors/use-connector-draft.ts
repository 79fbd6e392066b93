/**
 * The draft of a connector that is changed on its page. It is made against one version of the record. When another
 * version appears (somebody else saved): without changes of one's own it is taken over silently; with them the two are
 * in conflict, and nothing is saved or lost until the person has chosen.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, type Connector, type ConnectorType } from '../../api/client.js';
import { fieldFaults } from '../../api/field-faults.js';
import { queryKeys } from '../../api/keys.js';
import type { Values } from '../../parts/schema-form/schema.js';
import { withValue } from '../../parts/schema-form/values.js';
import {
  afterSave,
  type ConnectorDraft,
  draftOf,
  patchOf,
  rebased,
  settingsSchemaOf,
} from './connector-draft.js';
import { patchedConnector } from './patched-connector.js';

export interface DraftOfConnector {
  draft: ConnectorDraft;
  /** What the draft was made against. */
  base: ConnectorDraft;
  /** Merge patch; `undefined`: nothing changed. */
  patch: Values | undefined;
  /** What somebody else saved, while it is in conflict with what was changed here. */
  theirs: ConnectorDraft | undefined;
  isSaving: boolean;
  /** Of the last save; a version conflict is told by `theirs`. */
  error: unknown;
  /** By JSON pointer of the record; a field that was edited since has none. */
  faults: ReadonlyMap<string, string>;
  set(pointer: string, value: unknown): void;
  discard(): void;
  /** One's own changes are kept, on top of what is stored now. */
  keepMine(): void;
  save(): void;
}

/** @param onSaved told once what was sent is stored */
export function useConnectorDraft(
  connector: Connector,
  type: ConnectorType,
  { onSaved }: { onSaved(saved: Connector): void },
): DraftOfConnector {
  const schema = settingsSchemaOf(type);
  const [base, setBase] = useState(connector);
  const [draft, setDraft] = useState(() => draftOf(connector));
  const [edited, setEdited] = useState<ReadonlySet<string>>(new Set());
  const client = useQueryClient();
  const patch = patchOf(draftOf(base), draft, schema);

  const startFrom = (stored: Connector, shown = draftOf(stored)): void => {
    setBase(stored);
    setDraft(shown);
  };
  const saving = useMutation({
    mutationFn: ({ changes }: { changes: Values; sent: ConnectorDraft }) => patchedConnector(base, changes),
    onSuccess(saved, { sent }) {
      client.setQueryData(queryKeys.connector(saved.id), saved);
      void client.invalidateQueries({ queryKey: [...queryKeys.connectors, 'list'] });
      setBase(saved);
      setDraft((now) => afterSave(draftOf(saved), { sent, now }, schema));
      onSaved(saved);
    },
    onError(error) {
      if (isStale(error)) void client.invalidateQueries({ queryKey: queryKeys.connector(base.id) });
    },
  });

  const isNewer = connector.version > base.version;
  const isTouchedByThem = isNewer && patchOf(draftOf(base), draftOf(connector), schema) !== undefined;
  const isConflict = isTouchedByThem && patch !== undefined && !saving.isPending;
  // Switched on or off, or saved from here: what is written in the form stays.
  if (isNewer && !isTouchedByThem) setBase(connector);
  else if (isTouchedByThem && patch === undefined && !saving.isPending) startFrom(connector);

  const { error } = saving;
  return {
    draft,
    base: draftOf(base),
    patch,
    theirs: isConflict ? draftOf(connector) : undefined,
    isSaving: saving.isPending,
    error: isStale(error) && isConflict ? undefined : error,
    faults: new Map([...fieldFaults(error)].filter(([pointer]) => !isUnder(pointer, edited))),
    set(pointer, value) {
      setEdited((before) => new Set([...before, pointer]));
      setDraft((before) => withValue({ ...before }, pointer, value) as unknown as ConnectorDraft);
    },
    discard() {
      saving.reset();
      startFrom(connector);
    },
    keepMine() {
      saving.reset();
      startFrom(connector, rebased(draftOf(connector), patch, schema));
    },
    save() {
      if (!patch || saving.isPending) return;
      setEdited(new Set());
      saving.mutate({ changes: patch, sent: draft });
    },
  };
}

const isStale = (error: unknown): boolean => error instanceof ApiProblem && error.status === 412;

/** Whether a fault is of a field that was edited since, or of something within it. */
export const isUnder = (pointer: string, edited: ReadonlySet<string>): boolean =>
  [...edited].some((each) => pointer === each || pointer.startsWith(`${each}/`));
