/** The columns of the list; those that it can be sorted by are buttons. */
import { IconArrowDown } from '@tabler/icons-react';
import { strings } from '../../strings/index.js';
import styles from './home.module.css';
import type { Sort } from './row-filter.js';

const words = strings.home.list;

/** With the way that each is sorted, as row-filter does it. */
const COLUMNS = [
  ['status', words.status, 'ascending'],
  ['name', words.connector, 'ascending'],
  [undefined, words.connection, undefined],
  ['lastSuccess', words.lastSuccess, 'ascending'],
  ['nextRun', words.nextRun, 'ascending'],
  ['today', words.today, 'descending'],
  ['waiting', words.waiting, 'descending'],
  [undefined, words.acts, undefined],
] as const;

export function ListHead({ sort, onSort }: { sort: Sort; onSort(sort: Sort): void }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: see connector-list
    <div role="rowgroup" className={styles.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: see connector-list */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: what is in it is */}
      <div role="row" aria-rowindex={1} style={{ display: 'contents' }}>
        {COLUMNS.map(([by, name, direction]) => (
          // biome-ignore lint/a11y/useSemanticElements: see connector-list
          // biome-ignore lint/a11y/useFocusableInteractive: what is in it is
          <div
            key={name}
            role="columnheader"
            {...(by !== undefined && { 'aria-sort': by === sort ? direction : ('none' as const) })}
          >
            {by === undefined ? (
              <span className={name === words.acts ? styles.unseen : undefined}>{name}</span>
            ) : (
              <button
                type="button"
                className={styles.sorter}
                title={strings.home.filters.sorts[by]}
                onClick={() => onSort(by)}
              >
                {name}
                {by === sort && <IconArrowDown size={14} aria-hidden />}
              </button>
            )}
          </div>
        ))}
      </div>
    </div>
  );
}
