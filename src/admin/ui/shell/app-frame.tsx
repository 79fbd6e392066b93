/** The frame around every screen: navigation, the live connection's state, colours, and the own account. */
import { Anchor, AppShell, Burger, Button, Group, NavLink, ScrollArea, Text } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import {
  IconActivity,
  IconAlertTriangle,
  IconApps,
  IconCalendarClock,
  IconChartBar,
  IconHome,
  IconMailbox,
  IconServer,
  IconUsers,
} from '@tabler/icons-react';
import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { strings } from '../strings/index.js';
import { AccountMenu } from './account-menu.js';
import { ColourMenu } from './colour-menu.js';
import { LiveBadge } from './live-badge.js';

const NAVIGATION = [
  ['/', strings.shell.home, IconHome],
  ['/messages', strings.shell.messages, IconActivity],
  ['/schedules', strings.shell.schedules, IconCalendarClock],
  ['/charts', strings.shell.charts, IconChartBar],
  ['/connections', strings.shell.connections, IconMailbox],
  ['/applications', strings.shell.applications, IconApps],
  ['/alerts', strings.shell.alerts, IconAlertTriangle],
  ['/people', strings.shell.people, IconUsers],
  ['/service', strings.shell.service, IconServer],
] as const;

export function AppFrame() {
  const [isOpen, { toggle, close }] = useDisclosure(false);
  // The library moves a closed navigation out of sight; there, nobody should come across it by keyboard either.
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const pathname = useRouterState({ select: ({ location }) => location.pathname });
  const main = useRef<HTMLDivElement>(null);
  const isFirst = useRef(true);
  // Whoever navigates by keyboard or listens goes on where the new screen begins.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the address whose change moves the focus
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [pathname]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 232, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <Anchor href="#content" className="skip-link">
        {strings.shell.skip}
      </Anchor>
      <AppShell.Header>
        <Group h="100%" px={{ base: 'xs', sm: 'md' }} gap="xs" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={strings.shell.menu}
              aria-expanded={isOpen}
              aria-controls="navigation"
            />
            <Text component={Link} to="/" fw={700} c="inherit" td="none">
              {strings.shell.name}
            </Text>
            <LiveBadge />
          </Group>
          <Group gap={4} wrap="nowrap">
            <Button component={Link} to="/connectors/new" size="xs" px={{ base: 'xs', sm: 'sm' }}>
              {strings.connectors.new}
            </Button>
            <ColourMenu />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar
        id="navigation"
        p="xs"
        aria-label={strings.shell.navigation}
        inert={isNarrow && !isOpen}
      >
        <ScrollArea>
          {NAVIGATION.map(([to, label, Icon]) => (
            <NavLink
              key={to}
              component={Link}
              to={to}
              label={label}
              leftSection={<Icon size={18} aria-hidden />}
              active={to === '/' ? pathname === '/' : pathname.startsWith(to)}
              {...((to === '/' ? pathname === '/' : pathname.startsWith(to)) && {
                'aria-current': 'page' as const,
              })}
              onClick={close}
            />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1} className="content">
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
