/** Keeps changes that were not saved from being lost silently: asks before the screen or the page is left. */
import { useBlocker } from '@tanstack/react-router';
import { strings } from '../strings/index.js';
import { useConfirm } from './confirm.js';

/** @param isDirty whether there is something to lose */
export function useUnsavedGuard(isDirty: boolean): void {
  const confirm = useConfirm();
  useBlocker({
    disabled: !isDirty,
    enableBeforeUnload: isDirty,
    async shouldBlockFn({ current, next }) {
      if (current.pathname === next.pathname) return false;
      const { title, text, act } = strings.parts.unsaved;
      return !(await confirm({ title, text, act }));
    },
  });
}
