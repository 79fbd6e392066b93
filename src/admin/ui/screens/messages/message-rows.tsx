/** The rows of a list, of which those near the screen are drawn: it may hold thousands. */
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { strings } from '../../strings/index.js';
import type { ListedMessage } from './message-kinds.js';
import { MessageRow } from './message-row.js';
import classes from './messages.module.css';

/** Of a row with two lines; each is measured once it is drawn. */
const ROW_PX = 62;
const OVERSCAN = 8;

export interface MessageRowsProps {
  messages: readonly ListedMessage[];
  /** Name by id; absent in a list of one connector. */
  connectorNames?: ReadonlyMap<string, string>;
  selected: ReadonlySet<string>;
  onSelect?: (id: string, isSelected: boolean) => void;
  /** Told which are on the screen. */
  visible: RefObject<readonly string[]>;
  /** The last row came into sight. */
  onEnd(): void;
}

export function MessageRows(props: MessageRowsProps) {
  const { messages, connectorNames, selected, onSelect, visible, onEnd } = props;
  const list = useRef<HTMLOListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // What stands above the list changes its height: filters that open, a panel of results.
  useLayoutEffect(() => {
    const measure = (): void => {
      const top = list.current?.getBoundingClientRect().top;
      if (top !== undefined) setScrollMargin(Math.round(top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const rows = useWindowVirtualizer({
    count: messages.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    scrollMargin,
    getItemKey: (index) => messages[index]?.id ?? index,
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index;
  useEffect(() => {
    visible.current = shown.map(({ key }) => String(key));
  });
  const isAtEnd = last === messages.length - 1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each end that is reached
  useEffect(() => {
    if (isAtEnd) onEnd();
  }, [isAtEnd, messages.length]);
  return (
    <ol
      ref={list}
      className={classes.rows}
      style={{ height: rows.getTotalSize() }}
      aria-label={strings.messages.list}
    >
      {shown.map(({ key, index, start }) => {
        const message = messages[index];
        if (!message) return null;
        const name = connectorNames?.get(message.connector);
        return (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            aria-posinset={index + 1}
            aria-setsize={-1}
            className={classes.place}
            style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
          >
            <MessageRow
              message={message}
              isSelected={selected.has(message.id)}
              {...(connectorNames && { connectorName: name ?? '' })}
              {...(onSelect && { onSelect })}
            />
          </li>
        );
      })}
    </ol>
  );
}
