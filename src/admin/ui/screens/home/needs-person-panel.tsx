/** What needs a person, on top of home: one card for each cause, with the button that mends it. */
import { Button, Stack, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { CauseCard } from './cause-card.js';
import type { ConnectorActs } from './connector-acts.js';
import type { Cause } from './needs-person.js';
import { useServiceNotices } from './service-notices.js';

/** More than these would push the list out of sight. */
const SHOWN_AT_FIRST = 3;

export interface NeedsPersonPanelProps {
  causes: readonly Cause[];
  acts: ConnectorActs;
  /** Shows in the list those that have this problem. */
  onProblem(code: string): void;
}

export function NeedsPersonPanel({ causes, acts, onProblem }: NeedsPersonPanelProps) {
  const words = strings.home.needs;
  const [isAll, setAll] = useState(false);
  const notices = useServiceNotices();
  const shown = isAll ? causes : causes.slice(0, SHOWN_AT_FIRST);
  const count = causes.length + notices.length;
  return (
    <>
      <VisuallyHidden role="status">{words.announced(count)}</VisuallyHidden>
      {count > 0 && (
        <Section title={words.title}>
          <Stack gap="xs" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
            {notices}
            {shown.map((cause) => (
              <CauseCard key={`${cause.kind} ${cause.key}`} cause={cause} acts={acts} onProblem={onProblem} />
            ))}
          </Stack>
          {causes.length > SHOWN_AT_FIRST && (
            <div>
              <Button variant="subtle" size="xs" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
                {isAll ? words.showFewer : words.showAll(causes.length)}
              </Button>
            </div>
          )}
        </Section>
      )}
    </>
  );
}
