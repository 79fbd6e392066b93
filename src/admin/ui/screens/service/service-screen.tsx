/** The service itself: whether it can work, its set-up carried over, its encryption key, and where its words are explained. */
import { Anchor, Badge, Group, List, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type Readiness, readinessQuery } from '../../api/readiness.js';
import { useMay } from '../../api/session.js';
import { Loaded, Page, ReadFailed, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { CarryOver } from './carry-over.js';
import { Reseal } from './reseal.js';

const words = strings.service;

const LOOK_EVERY_MS = 30_000;

export function ServiceScreen() {
  const readiness = useQuery({ ...readinessQuery, refetchInterval: LOOK_EVERY_MS });
  const isAdmin = useMay('admin');
  return (
    <Page title={words.title}>
      {/* What it said before is no word on how it is now. */}
      {readiness.error ? (
        <ReadFailed query={readiness} />
      ) : (
        <Loaded query={readiness}>{(state) => <State state={state} />}</Loaded>
      )}
      {isAdmin && (
        <>
          <CarryOver />
          <Reseal />
        </>
      )}
      <Section title={words.more}>
        <List>
          {(['problems', 'api', 'metrics'] as const).map((each) => (
            <List.Item key={each}>
              <Anchor href={LINKS[each]} target="_blank" underline="always">
                {words.links[each]}
              </Anchor>
            </List.Item>
          ))}
        </List>
      </Section>
    </Page>
  );
}

function State({ state: { status, checks } }: { state: Readiness }) {
  return (
    <Section title={words.state}>
      <Group>
        <Badge variant="light" color={status === 'ready' ? 'green' : 'red'} tt="none">
          {status === 'ready' ? words.ready : words.notReady}
        </Badge>
      </Group>
      <Table verticalSpacing="xs">
        <Table.Tbody>
          {checks.map(({ name, ok, detail }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{words.parts[name] ?? name}</Table.Th>
              <Table.Td>
                <CheckBadge ok={ok} detail={detail} />
                {detail !== undefined && <Text size="sm">{detail}</Text>}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

const LINKS = { problems: '/problems', api: '/api/openapi.json', metrics: '/metrics' } as const;

/** A check that is fine and has something to say all the same is a warning. */
function CheckBadge({ ok, detail }: { ok: boolean; detail: string | undefined }) {
  const { check } = words;
  const [colour, word] = !ok
    ? (['red', check.failed] as const)
    : detail === undefined
      ? (['green', check.ok] as const)
      : (['yellow', check.warning] as const);
  return (
    <Badge variant="light" color={colour} tt="none">
      {word}
    </Badge>
  );
}
