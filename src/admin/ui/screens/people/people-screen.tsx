/** People and access: who may sign in to the service, which programs may use its API, and who did what. */
import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from '../../api/session.js';
import { AddressTabs } from '../../parts/address-tabs.js';
import { EmptyState, Loaded, Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { AuditTrail } from './audit-trail.js';
import { KeyList } from './key-list.js';
import { PeopleList } from './people-list.js';

const { title, tabs, notAllowed } = strings.people;

const TABS = [
  { value: 'people', label: tabs.people, content: <PeopleList /> },
  { value: 'keys', label: tabs.keys, content: <KeyList /> },
  { value: 'audit', label: tabs.audit, content: <AuditTrail /> },
];

export function PeopleScreen() {
  const session = useQuery(sessionQuery);
  return (
    <Page title={title}>
      <Loaded query={session}>
        {({ scopes }) =>
          scopes.includes('admin') ? (
            <AddressTabs to="/people" tabs={TABS} />
          ) : (
            <EmptyState title={notAllowed.title}>{notAllowed.text}</EmptyState>
          )
        }
      </Loaded>
    </Page>
  );
}
