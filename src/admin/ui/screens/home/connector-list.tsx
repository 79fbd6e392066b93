/** Every connector that matches, however many: of thousands only the rows in view are drawn. The page itself scrolls. */
import { VisuallyHidden } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual';
import { type MouseEvent, useCallback, useId, useRef, useState } from 'react';
import { useNow } from '../../parts/moment.js';
import { strings } from '../../strings/index.js';
import type { ConnectorActs } from './connector-acts.js';
import { ConnectorRow } from './connector-row.js';
import styles from './home.module.css';
import { ListHead } from './list-head.js';
import { drawnWith, indexAt, onListKey } from './list-keys.js';
import type { Row } from './overview.js';
import type { Sort } from './row-filter.js';
import { RowMenu } from './row-menu.js';
import { useTopOf } from './top-of.js';

export interface ConnectorListProps {
  rows: readonly Row[];
  typeTitle(type: string): string;
  sort: Sort;
  onSort(sort: Sort): void;
  acts: ConnectorActs;
}

/** As home.module.css has it; there, a card is as high as its five lines and its distance from the next. */
const CARDS = '(max-width: 68em)';
const ROW_REM = 3.75;
const CARD_REM = 9.5;
/** What stands above the list for good: the frame's head, and the list's own. */
const HEAD_PX = 104;
const MORE_ROWS = 6;

const remPx = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

export function ConnectorList(props: ConnectorListProps) {
  const isCards = useMediaQuery(CARDS, false, { getInitialValueInEffect: false }) ?? false;
  // Heights are measured once; another form of the list is another list.
  return (
    <List key={isCards ? 'cards' : 'rows'} {...props} rowHeight={remPx() * (isCards ? CARD_REM : ROW_REM)} />
  );
}

function List({
  rows,
  typeTitle,
  sort,
  onSort,
  acts,
  rowHeight,
}: ConnectorListProps & { rowHeight: number }) {
  const words = strings.home.list;
  const body = useRef<HTMLDivElement>(null);
  const scrollMargin = useTopOf(body);
  const now = useNow();
  const navigate = useNavigate();
  const hint = useId();
  const [currentId, setCurrentId] = useState<string>();
  const [menu, setMenu] = useState<{ id: string; isOpen: boolean }>();
  const found = rows.findIndex(({ id }) => id === currentId);
  const current = found === -1 ? 0 : found;

  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowHeight,
    overscan: MORE_ROWS,
    scrollMargin,
    scrollPaddingStart: HEAD_PX,
    scrollPaddingEnd: 16,
    getItemKey: useCallback((index: number) => rows[index]?.id ?? index, [rows]),
    rangeExtractor: (range) => drawnWith(current, defaultRangeExtractor(range)),
  });

  const move = (index: number): void => {
    setCurrentId(rows[index]?.id);
    virtualizer.scrollToIndex(index);
  };
  const toggleMenu = (id: string, isOpen: boolean): void => {
    setMenu({ id, isOpen });
    const button = body.current?.querySelector<HTMLElement>(`[data-connector="${id}"] [data-acts]`);
    if (!isOpen) button?.focus({ preventScroll: true });
  };
  const clicked = (event: MouseEvent<HTMLElement>): void => {
    const row = rows[indexAt(event.target) ?? -1];
    if (!row || event.defaultPrevented) return;
    const target = event.target as Element;
    if (target.closest('[data-acts]')) {
      if (menu?.id !== row.id) setMenu({ id: row.id, isOpen: true });
      return;
    }
    // As any link: with a modifier, or another button than the first, the browser opens it elsewhere.
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
    if (!isPlain || !target.closest('a')) return;
    event.preventDefault();
    void navigate({ to: '/connectors/$id', params: { id: row.id } });
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a table of 2,000 rows of which thirty are drawn has no table's layout
    <div
      role="table"
      aria-label={words.label}
      aria-describedby={hint}
      aria-rowcount={rows.length + 1}
      className={styles.table}
    >
      <VisuallyHidden id={hint}>{words.keys}</VisuallyHidden>
      <ListHead sort={sort} onSort={onSort} />
      {/* biome-ignore lint/a11y/useSemanticElements: see the table */}
      <div
        ref={body}
        role="rowgroup"
        className={styles.rows}
        style={{ height: virtualizer.getTotalSize() }}
        onClick={clicked}
        onFocus={({ target }) => {
          const row = rows[indexAt(target) ?? -1];
          // An open menu is a part of the row for React, and none for the page.
          if (row) setCurrentId(row.id);
        }}
        onKeyDown={(event) => onListKey(event, { count: rows.length, move })}
      >
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          if (!row) return null;
          const { id } = row;
          return (
            <ConnectorRow
              key={id}
              row={row}
              index={index}
              top={start - scrollMargin}
              now={now}
              typeTitle={typeTitle(row.type)}
              isCurrent={index === current}
              menu={
                menu?.id === id ? (
                  <RowMenu
                    row={row}
                    isOpen={menu.isOpen}
                    acts={acts}
                    onToggle={(isOpen) => toggleMenu(id, isOpen)}
                  />
                ) : undefined
              }
            />
          );
        })}
      </div>
    </div>
  );
}
