/** A new connection, made by itself; the page of a new connector makes one as well. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { tellDone } from '../../parts/notify.js';
import { Page, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { ConnectionForm } from './connection-form.js';

export function NewConnectionScreen() {
  const navigate = useNavigate();
  const { application } = useSearch({ strict: false });
  return (
    <Page title={strings.connections.new}>
      <Section>
        <ConnectionForm
          {...(application !== undefined && { application })}
          onSaved={({ id }) => {
            tellDone(strings.connections.created);
            void navigate({ to: '/connections/$id', params: { id } });
          }}
          onCancel={() => void navigate({ to: '/connections' })}
        />
      </Section>
    </Page>
  );
}
