/** Home: every connector with its state, live; what needs a person on top, with the button that mends it. */
import { Button, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useMemo } from 'react';
import { useNow } from '../../parts/moment.js';
import { EmptyState, Loaded, Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { useConnectorActs } from './connector-acts.js';
import { ConnectorList } from './connector-list.js';
import { useTypeTitles } from './connector-types.js';
import { FilterBar, type Search } from './filter-bar.js';
import { FirstSteps } from './first-steps.js';
import { useLiveRows } from './live-rows.js';
import { causes, needsPerson } from './needs-person.js';
import { NeedsPersonPanel } from './needs-person-panel.js';
import { beginOfToday, overviewQuery, type Row } from './overview.js';
import { filtered, filterOf } from './row-filter.js';

export function HomeScreen() {
  const since = beginOfToday(useNow());
  const query = useQuery(overviewQuery(since));
  const readAgain = useLiveRows(since);
  return (
    <Page title={strings.home.title}>
      <Loaded query={query}>{(rows) => <Connectors rows={rows} readAgain={readAgain} />}</Loaded>
    </Page>
  );
}

function Connectors({ rows, readAgain }: { rows: readonly Row[]; readAgain(ids: readonly string[]): void }) {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Search;
  const typeTitle = useTypeTitles();
  const acts = useConnectorActs(readAgain);
  const found = useMemo(() => causes(rows), [rows]);
  // What is typed shows at once; thousands of rows follow.
  const asked = useDeferredValue(search);
  const filter = useMemo(() => filterOf(asked), [asked]);
  const view = useMemo(() => filtered(rows, filter), [rows, filter]);
  const onSearch = useCallback(
    (changed: Search) =>
      void navigate({
        to: '.',
        search: (now: Search) => ({ ...now, ...changed }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  if (rows.length === 0)
    return (
      <>
        <NeedsPersonPanel causes={found} acts={acts} onProblem={(problem) => onSearch({ problem })} />
        <FirstSteps />
      </>
    );
  const { problem } = filter;
  const titleOfProblem = rows.find(({ health }) => health.problem?.code === problem)?.health.problem?.title;
  return (
    <>
      <Summary rows={rows} />
      <NeedsPersonPanel causes={found} acts={acts} onProblem={(code) => onSearch({ problem: code })} />
      <FilterBar
        search={search}
        filter={filter}
        statuses={view.statuses}
        types={view.types}
        typeTitle={typeTitle}
        problemTitle={problem === undefined ? undefined : (titleOfProblem ?? problem)}
        shown={view.rows.length}
        all={rows.length}
        onSearch={onSearch}
      />
      {view.rows.length > 0 ? (
        <ConnectorList
          rows={view.rows}
          typeTitle={typeTitle}
          sort={filter.sort}
          onSort={(sort) => onSearch({ sort })}
          acts={acts}
        />
      ) : (
        <NothingFound
          onClear={() => onSearch({ q: undefined, status: undefined, type: undefined, problem: undefined })}
        />
      )}
    </>
  );
}

function Summary({ rows }: { rows: readonly Row[] }) {
  const words = strings.home.summary;
  const [ok, needs, sent, received] = useMemo(
    () => [
      rows.filter(({ health }) => health.status === 'ok').length,
      rows.filter(needsPerson).length,
      rows.reduce((sum, { today }) => sum + today.sent, 0),
      rows.reduce((sum, { today }) => sum + today.received, 0),
    ],
    [rows],
  );
  const others = rows.length - ok - needs;
  return (
    <Text size="sm" aria-label={words.label} component="p" m={0}>
      <b>{words.ok(ok)}</b>
      {needs > 0 && (
        <>
          {' · '}
          <Text span inherit fw={700} c="var(--mantine-color-error)">
            {words.needPerson(needs)}
          </Text>
        </>
      )}
      {others > 0 && ` · ${words.others(others)}`}
      {` · ${words.today(sent, received)}`}
    </Text>
  );
}

function NothingFound({ onClear }: { onClear(): void }) {
  const words = strings.home.list;
  return (
    <Paper withBorder>
      <EmptyState
        title={words.nothingFound}
        action={
          <Button variant="default" onClick={onClear}>
            {words.clear}
          </Button>
        }
      >
        {words.nothingFoundText}
      </EmptyState>
    </Paper>
  );
}
