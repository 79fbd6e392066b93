/** A new application, made by itself; the form of a connection makes one as well. */
import { useNavigate } from '@tanstack/react-router';
import { tellDone } from '../../parts/notify.js';
import { Page, Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { ApplicationForm } from './application-form.js';

export function NewApplicationScreen() {
  const navigate = useNavigate();
  return (
    <Page title={strings.applications.new}>
      <Section>
        <ApplicationForm
          onSaved={({ id }) => {
            tellDone(strings.applications.created);
            void navigate({ to: '/applications/$id', params: { id } });
          }}
          onCancel={() => void navigate({ to: '/applications' })}
        />
      </Section>
    </Page>
  );
}
