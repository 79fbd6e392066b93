/** Keeps changes that were not saved from being lost silently: asks before the screen or the page is left. */
import { useBlocker } from '@tanstack/react-router';
import { strings } from '../strings/index.js';
import { useConfirm } from './confirm.js';

/** Where to somebody has just agreed to leave: forms that stand within each other ask once, not each for itself. */
let agreed: string | undefined;

/** @param isDirty whether there is something to lose */
export function useUnsavedGuard(isDirty: boolean): void {
  const confirm = useConfirm();
  useBlocker({
    disabled: !isDirty,
    enableBeforeUnload: isDirty,
    async shouldBlockFn({ current, next }) {
      if (current.pathname === next.pathname) return false;
      if (agreed === next.pathname) return false;
      const { title, text, act } = strings.parts.unsaved;
      if (!(await confirm({ title, text, act }))) return true;
      agreed = next.pathname;
      // All guards of one way out are asked one after the other, before anything else happens.
      setTimeout(() => {
        agreed = undefined;
      });
      return false;
    },
  });
}
