/** What the service says of itself: that it is not ready, that it runs less safely than it could, that alerts are open. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answerOf, api } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import { readinessQuery } from '../../api/readiness.js';
import { strings } from '../../strings/index.js';
import { NeedCard } from './need-card.js';

const LOOK_EVERY_MS = 60_000;
const ALERTS_COUNTED = 100;

/** @returns a card for each; none where all is well */
export function useServiceNotices(): ReactNode[] {
  const words = strings.home.needs;
  const readiness = useQuery({ ...readinessQuery, refetchInterval: LOOK_EVERY_MS });
  const alerts = useQuery({
    queryKey: [...queryKeys.alerts, 'home'],
    queryFn: () =>
      answerOf(api.GET('/api/v1/alerts', { params: { query: { status: 'open', limit: ALERTS_COUNTED } } })),
  });
  const told = (readiness.data?.checks ?? []).filter(({ ok, detail }) => !ok || detail !== undefined);
  const open = alerts.data?.items.length ?? 0;
  const openText = alerts.data?.nextCursor ? `${open}+` : String(open);
  return [
    ...told.map(({ name, ok, detail }) => (
      <NeedCard
        key={name}
        sign={ok ? 'notice' : 'problem'}
        title={ok ? words.notice : words.notReady(strings.service.parts[name] ?? name)}
        next={detail}
        acts={
          <Button component={Link} to="/service" size="xs" variant="default">
            {words.openService}
          </Button>
        }
      />
    )),
    ...(open > 0
      ? [
          <NeedCard
            key="alerts"
            sign="notice"
            title={words.alerts(openText, open === 1)}
            acts={
              <Button component={Link} to="/alerts" size="xs" variant="default">
                {words.openAlerts}
              </Button>
            }
          />,
        ]
      : []),
  ];
}
