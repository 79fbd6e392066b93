/** How the keyboard and the mouse work a list of which only a part is drawn: one stop for Tab, arrows from row to row. */
import type { KeyboardEvent } from 'react';
import { rowAfter } from './row-after.js';

/** @returns the row's place in the list; `undefined` outside of rows */
export function indexAt(target: EventTarget): number | undefined {
  const index =
    target instanceof Element ? target.closest<HTMLElement>('[data-index]')?.dataset.index : undefined;
  return index === undefined ? undefined : Number(index);
}

/**
 * Arrow keys between rows, keeping to the name or to the button that the focus is on.
 * @param move makes another row current and sees that it is drawn
 */
export function onListKey(
  event: KeyboardEvent<HTMLElement>,
  { count, move }: { count: number; move(index: number): void },
): void {
  const at = indexAt(event.target);
  if (at === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const list = event.currentTarget;
  const onButton = (event.target as Element).closest('[data-acts]') !== null;
  if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
    focusRow(list, at, event.key === 'ArrowRight');
    event.preventDefault();
    return;
  }
  const next = rowAfter(event.key, at, count);
  if (next === undefined) return;
  event.preventDefault();
  move(next);
  // The row is drawn by then: the list draws at once what it scrolls to.
  requestAnimationFrame(() => focusRow(list, next, onButton));
}

function focusRow(list: HTMLElement, index: number, onButton: boolean): void {
  const row = list.querySelector(`[data-index="${index}"]`);
  row?.querySelector<HTMLElement>(onButton ? '[data-acts]' : 'a')?.focus({ preventScroll: true });
}

/** The rows to draw: those in view, and the current one wherever it is, or the focus would be lost with it. */
export function drawnWith(current: number, inView: number[]): number[] {
  if (inView.includes(current)) return inView;
  return [...inView, current].sort((one, other) => one - other);
}
