/** What went wrong, the most frequent first: bars that are a list, each with the way to what its problem means. */
import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import type { Statistics } from '../../api/schema.js';
import { EmptyState, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import styles from './charts.module.css';

const words = strings.charts.problems;
const SHOWN_AT_FIRST = 8;

export function ProblemsChart({ problems }: { problems: Statistics['problems'] }) {
  const [isAll, setAll] = useState(false);
  const most = problems[0]?.count ?? 1;
  const shown = isAll ? problems : problems.slice(0, SHOWN_AT_FIRST);
  return (
    <Section title={words.title}>
      {problems.length === 0 && <EmptyState title={words.empty}>{words.emptyText}</EmptyState>}
      {problems.length > 0 && (
        <ol className={styles.bars}>
          {shown.map(({ code, title, count }) => (
            <li key={code}>
              <Anchor
                href={`/problems#${code}`}
                target="_blank"
                size="sm"
                underline="always"
                title={words.meaning(title)}
              >
                {title}
              </Anchor>
              <span className={styles.bar}>
                <span className={styles.barFill} style={{ width: `${(count / most) * 100}%` }} />
              </span>
              <span className={styles.times}>{words.met(count)}</span>
            </li>
          ))}
        </ol>
      )}
      {problems.length > shown.length && (
        <div>
          <Button variant="default" size="xs" onClick={() => setAll(true)}>
            {words.more(problems.length)}
          </Button>
        </div>
      )}
    </Section>
  );
}
