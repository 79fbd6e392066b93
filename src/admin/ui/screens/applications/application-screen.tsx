/** One application: what stops it, what ends soon, its connections, the admin's consent, and its settings. */
import { Anchor, Button, List, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { atVersion } from '../../api/at-version.js';
import { type Application, answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { applicationQuery, providersQuery } from '../../api/records.js';
import { useMay } from '../../api/session.js';
import { useConfirm } from '../../parts/confirm.js';
import { tellDone } from '../../parts/notify.js';
import { Loaded, Page, Section } from '../../parts/page.js';
import { ProblemPanel, RefusalPanel } from '../../parts/problem-panel.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { useConnectionPages } from '../connections/use-connection-pages.js';
import { AdminConsent } from './admin-consent.js';
import { ApplicationBadge } from './application-badge.js';
import { ApplicationForm } from './application-form.js';

export function ApplicationScreen() {
  const { id = '' } = useParams({ strict: false });
  const query = useQuery(applicationQuery(id));
  return <Loaded query={query}>{(application) => <Shown key={id} application={application} />}</Loaded>;
}

function Shown({ application }: { application: Application }) {
  const words = strings.applications;
  const mayChange = useMay('admin');
  const remove = useRemoval(application);
  const { data: providers } = useQuery(providersQuery);
  const preset = providers?.items.find(({ name }) => name === application.provider);
  return (
    <Page
      title={application.name}
      beside={<ApplicationBadge application={application} />}
      actions={
        mayChange && (
          <Button variant="default" loading={remove.isPending} onClick={() => void remove.ask()}>
            {strings.parts.delete}
          </Button>
        )
      }
    >
      <RefusalPanel error={remove.error} />
      {application.problem && <ProblemPanel problem={application.problem} />}
      {application.warnings.map((warning) => (
        <ProblemPanel key={warning.code + warning.detail} problem={warning} isWarning />
      ))}
      <Connections application={application.id} />
      {preset?.hasAdminConsent && <AdminConsent application={application.id} />}
      {mayChange && (
        <Section title={words.settings}>
          <ApplicationForm application={application} onSaved={() => tellDone(words.saved)} />
        </Section>
      )}
    </Page>
  );
}

function Connections({ application }: { application: string }) {
  const words = strings.applications.connections;
  const query = useConnectionPages({ application });
  return (
    <Section
      title={words.title}
      actions={
        useMay('admin') && (
          <Button
            component={Link}
            to="/connections/new"
            search={{ application } as never}
            variant="default"
            size="xs"
          >
            {words.add}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm">{words.none}</Text>
          ) : (
            <List listStyleType="none" spacing="xs">
              {items.map(({ id, name, status }) => (
                <List.Item key={id} icon={<StatusBadge status={status} />}>
                  <Anchor component={Link} to={`/connections/${id}`}>
                    {name}
                  </Anchor>
                </List.Item>
              ))}
            </List>
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <Button
          variant="default"
          size="xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {strings.parts.more}
        </Button>
      )}
    </Section>
  );
}

function useRemoval(application: Application) {
  const { id, name } = application;
  const words = strings.applications.delete;
  const confirm = useConfirm();
  const navigate = useNavigate();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => answerOf(api.DELETE('/api/v1/applications/{id}', { params: atVersion(application) })),
    async onSuccess() {
      tellDone(words.done);
      // What was changed and not saved goes with it.
      await navigate({ to: '/applications', ignoreBlocker: true });
      client.removeQueries({ queryKey: queryKeys.application(id) });
      void client.invalidateQueries({ queryKey: queryKeys.applications });
    },
  });
  const ask = async (): Promise<void> => {
    if (await confirm({ title: words.title(name), text: words.text, act: words.act })) remove.mutate();
  };
  return { ask, error: remove.error, isPending: remove.isPending };
}
