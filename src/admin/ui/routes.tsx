/** Every address of the web app and the screen it shows; a screen's code is loaded when it is first opened. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { AppFrame } from './shell/app-frame.js';
import { Crashed, NotFound } from './shell/dead-ends.js';

/** What a screen keeps in its address: filters, the open tab. Texts alone; the screen knows what they mean. */
export type Search = Record<string, string | undefined>;

const texts = (search: Record<string, unknown>): Search =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[name, String(value)]] : [],
    ),
  );

const root = createRootRoute({
  component: AppFrame,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
  validateSearch: texts,
});

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./screens/home/home-screen.js'), 'HomeScreen'),
});
const newConnector = createRoute({
  getParentRoute: () => root,
  path: '/connectors/new',
  component: lazyRouteComponent(
    () => import('./screens/connectors/new-connector-screen.js'),
    'NewConnectorScreen',
  ),
});
const connector = createRoute({
  getParentRoute: () => root,
  path: '/connectors/$id',
  component: lazyRouteComponent(() => import('./screens/connectors/connector-screen.js'), 'ConnectorScreen'),
});
const connections = createRoute({
  getParentRoute: () => root,
  path: '/connections',
  component: lazyRouteComponent(
    () => import('./screens/connections/connections-screen.js'),
    'ConnectionsScreen',
  ),
});
const newConnection = createRoute({
  getParentRoute: () => root,
  path: '/connections/new',
  component: lazyRouteComponent(
    () => import('./screens/connections/new-connection-screen.js'),
    'NewConnectionScreen',
  ),
});
const connection = createRoute({
  getParentRoute: () => root,
  path: '/connections/$id',
  component: lazyRouteComponent(
    () => import('./screens/connections/connection-screen.js'),
    'ConnectionScreen',
  ),
});
const applications = createRoute({
  getParentRoute: () => root,
  path: '/applications',
  component: lazyRouteComponent(
    () => import('./screens/applications/applications-screen.js'),
    'ApplicationsScreen',
  ),
});
const newApplication = createRoute({
  getParentRoute: () => root,
  path: '/applications/new',
  component: lazyRouteComponent(
    () => import('./screens/applications/new-application-screen.js'),
    'NewApplicationScreen',
  ),
});
const application = createRoute({
  getParentRoute: () => root,
  path: '/applications/$id',
  component: lazyRouteComponent(
    () => import('./screens/applications/application-screen.js'),
    'ApplicationScreen',
  ),
});
const messages = createRoute({
  getParentRoute: () => root,
  path: '/messages',
  component: lazyRouteComponent(() => import('./screens/messages/messages-screen.js'), 'MessagesScreen'),
});
const message = createRoute({
  getParentRoute: () => root,
  path: '/messages/$id',
  component: lazyRouteComponent(() => import('./screens/messages/message-screen.js'), 'MessageScreen'),
});
const schedules = createRoute({
  getParentRoute: () => root,
  path: '/schedules',
  component: lazyRouteComponent(() => import('./screens/schedules/schedules-screen.js'), 'SchedulesScreen'),
});
const charts = createRoute({
  getParentRoute: () => root,
  path: '/charts',
  component: lazyRouteComponent(() => import('./screens/charts/charts-screen.js'), 'ChartsScreen'),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./screens/alerts/alerts-screen.js'), 'AlertsScreen'),
});
const people = createRoute({
  getParentRoute: () => root,
  path: '/people',
  component: lazyRouteComponent(() => import('./screens/people/people-screen.js'), 'PeopleScreen'),
});
const service = createRoute({
  getParentRoute: () => root,
  path: '/service',
  component: lazyRouteComponent(() => import('./screens/service/service-screen.js'), 'ServiceScreen'),
});

const routeTree = root.addChildren([
  home,
  newConnector,
  connector,
  connections,
  newConnection,
  connection,
  applications,
  newApplication,
  application,
  messages,
  message,
  schedules,
  charts,
  alerts,
  people,
  service,
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Plain texts in the address: ?status=held, not JSON.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch(search) {
    const given = Object.entries(search).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, String(value)] as [string, string]],
    );
    const text = new URLSearchParams(given).toString();
    return text === '' ? '' : `?${text}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
