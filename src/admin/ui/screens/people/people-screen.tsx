/** People and access: who may sign in to the service, which programs may use its API, and who did what. */
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { sessionQuery } from '../../api/session.js';
import { EmptyState, Loaded, Page } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { AuditTrail } from './audit-trail.js';
import { KeyList } from './key-list.js';
import { PeopleList } from './people-list.js';

const TABS = ['people', 'keys', 'audit'] as const;

export function PeopleScreen() {
  const words = strings.people;
  const session = useQuery(sessionQuery);
  const { tab: asked } = useSearch({ strict: false });
  const navigate = useNavigate();
  const tab = TABS.find((each) => each === asked) ?? 'people';
  return (
    <Page title={words.title}>
      <Loaded query={session}>
        {({ scopes }) =>
          scopes.includes('admin') ? (
            <Tabs
              value={tab}
              onChange={(value) =>
                void navigate({ to: '/people', search: { tab: value === 'people' ? '' : (value ?? '') } })
              }
              keepMounted={false}
            >
              <Tabs.List mb="md">
                {TABS.map((each) => (
                  <Tabs.Tab key={each} value={each}>
                    {words.tabs[each]}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value="people">
                <PeopleList />
              </Tabs.Panel>
              <Tabs.Panel value="keys">
                <KeyList />
              </Tabs.Panel>
              <Tabs.Panel value="audit">
                <AuditTrail />
              </Tabs.Panel>
            </Tabs>
          ) : (
            <EmptyState title={words.notAllowed.title}>{words.notAllowed.text}</EmptyState>
          )
        }
      </Loaded>
    </Page>
  );
}
