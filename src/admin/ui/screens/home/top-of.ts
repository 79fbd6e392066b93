/** How far down the page an element begins, followed as what stands above it grows and shrinks. */
import { type RefObject, useLayoutEffect, useState } from 'react';

/** @returns px from the top of the document */
export function useTopOf(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const look = (): void => {
      const found = element.current;
      if (found) setTop(Math.round(found.getBoundingClientRect().top + globalThis.scrollY));
    };
    look();
    // Whatever changes above the list changes the height of the page.
    const observer = new ResizeObserver(look);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
