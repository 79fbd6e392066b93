/**
 * The draft of a record in a form: made new, or against one version of what is stored. When somebody else changed that
 * meanwhile, their version is taken over while nothing is lost by it; else the save is refused (412), and the person
 * chooses. What is typed while a save is under way stays, as not saved. What is not saved is asked for before it is left.
 */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../api/client.js';
import { fieldFaults } from '../api/field-faults.js';
import { useModalHold } from './form-modal.js';
import { rebasedFields } from './rebased-fields.js';
import { useUnsavedGuard } from './unsaved-guard.js';

/** What a change is made against. */
export interface Before<Draft> {
  id: string;
  version: number;
  draft: Draft;
}

export interface RecordDraftOptions<Draft, Stored> {
  /** As it is stored now; absent: a new one is made. */
  stored: Stored | undefined;
  /** What the form begins with. */
  start(): Draft;
  draftOf(saved: Stored): Draft;
  /** @param before absent: a new one is made */
  send(draft: Draft, before: Before<Draft> | undefined): Promise<Stored>;
  onSaved(saved: Stored): void;
}

export function useRecordDraft<Draft extends object, Stored extends { id: string; version: number }>({
  stored,
  start,
  draftOf,
  send,
  onSaved,
}: RecordDraftOptions<Draft, Stored>) {
  const [base, setBase] = useState(() => ({ version: stored?.version ?? 0, draft: start() }));
  const [draft, setDraft] = useState(base.draft);
  const isDirty = JSON.stringify(base.draft) !== JSON.stringify(draft);
  const take = (version: number, taken: Draft): void => {
    setBase({ version, draft: taken });
    setDraft(taken);
  };
  const saving = useMutation({
    mutationFn: (sent: Draft) => send(sent, stored && { id: stored.id, ...base }),
    onSuccess(saved, sent) {
      const taken = draftOf(saved);
      setBase({ version: saved.version, draft: taken });
      setDraft((now) => rebasedFields(now, sent, taken));
      onSaved(saved);
    },
  });
  const { isPending, isSuccess, error } = saving;
  const showStored = (): void => {
    take(stored?.version ?? 0, start());
    saving.reset();
  };
  if (!isDirty && !isPending && (stored?.version ?? 0) > base.version) showStored();
  useUnsavedGuard(isDirty && !isPending);
  useModalHold(isDirty || isPending);
  return {
    draft,
    /** What the draft was made from. */
    base: base.draft,
    isDirty,
    save: () => saving.mutate(draft),
    isSaving: isPending,
    error,
    /** By JSON pointer. */
    faults: fieldFaults(error),
    /** Somebody else was first. */
    isStale: error instanceof ApiProblem && error.status === 412,
    /** Drops what was changed here. */
    showStored,
    /** What was changed here stays, on top of what is stored now. */
    keepMine(): void {
      const onto = start();
      setBase({ version: stored?.version ?? 0, draft: onto });
      setDraft(rebasedFields(draft, base.draft, onto));
      saving.reset();
    },
    set(change: Partial<Draft>): void {
      // One that is being made is left once it is there: what came too late would be lost with its form.
      if (isPending && !stored) return;
      if (isSuccess) saving.reset();
      setDraft((before) => ({ ...before, ...change }));
    },
  };
}
