/** mailgrant status */
import { command } from '../command.js';
import { Unfinished } from '../failures.js';
import { problemText } from '../problem-text.js';
import { howToSignIn } from '../record-text.js';
import type {
  ShownAlert,
  ShownAlertChannel,
  ShownApplication,
  ShownConnection,
  ShownConnector,
} from '../shown.js';
import { harmless, indented, paragraphs, time } from '../text.js';

interface Readiness {
  status: string;
  checks: { name: string; ok: boolean; detail?: string }[];
}

/** Health that says nothing is wrong; a connector that is switched off was switched off by somebody. */
const QUIET: readonly string[] = ['ok', 'waiting', 'backoff'];

export const status = command({
  name: 'status',
  summary: 'Whether the service is ready, and which connections and connectors need a person.',
  notes: [
    'Ends with 1 when the service is not ready. With --json: {readiness, applications, connections, connectors, alerts, alertChannels}: those that need a person, the alerts that are open, and the channels that alerts do not get through.',
  ],
  async run({ api, show }) {
    const readiness = await api.call<Readiness>('GET', '/readyz', { alsoFine: [503] });
    const isReady = readiness.status === 200;
    const connections = isReady ? (await api.all<ShownConnection>('/connections')).filter(needsPerson) : [];
    const connectors = isReady ? (await api.all<ShownConnector>('/connectors')).filter(isUnwell) : [];
    const applications = isReady
      ? (await api.all<ShownApplication>('/applications')).filter(({ problem }) => problem !== null)
      : [];
    const alerts = isReady ? await api.all<ShownAlert>('/alerts?status=open') : [];
    const channels = isReady ? (await api.all<ShownAlertChannel>('/alert-channels')).filter(isSilent) : [];
    const found = { applications, connections, connectors, alerts, alertChannels: channels };
    const body = { readiness: readiness.body, ...found };
    show({ status: readiness.status, body, text: JSON.stringify(body) }, statusText);
    if (!isReady) throw new Unfinished('The service is not ready.');
  },
});

/** Mailboxes that are named of those one application stops. */
const NAMED = 5;

const needsPerson = ({ status }: ShownConnection): boolean => status !== 'authorized';
const isSilent = ({ enabled, delivery }: ShownAlertChannel): boolean => enabled && delivery.problem !== null;
const isUnwell = ({ enabled, health }: ShownConnector): boolean => enabled && !QUIET.includes(health.status);

export function statusText(all: {
  readiness: Readiness;
  applications?: readonly ShownApplication[];
  connections: readonly ShownConnection[];
  connectors: readonly ShownConnector[];
  alerts?: readonly ShownAlert[];
  alertChannels?: readonly ShownAlertChannel[];
}): string {
  const { readiness, applications = [], connections, connectors, alerts = [], alertChannels = [] } = all;
  const stopped = applicationsOf(connections);
  const stopping = new Set(stopped.map(([first]) => first?.application));
  // Nobody has signed in through these yet, so that no connection tells of them.
  const idle = applications.filter(({ id }) => !stopping.has(id));
  const held = new Set(connections.map(({ id }) => id));
  // What is held with its connection goes on with it.
  const own = connectors.filter(({ connection }) => !held.has(connection));
  return paragraphs(
    `The service is ${readiness.status}.`,
    readiness.checks
      .filter(({ ok, detail }) => !ok || detail !== undefined)
      .map(({ name, ok, detail }) =>
        harmless(`  ${ok ? 'ok' : 'NOT OK'}  ${name}${detail ? `: ${detail}` : ''}`),
      )
      .join('\n'),
    ...stopped.map((each) => applicationState(each, applications)),
    ...idle.map(idleState),
    ...connections.filter((one) => !hasFailedApplication(one)).map(connectionState),
    ...own.map(connectorState),
    ...alertChannels.map(channelState),
    alerts.length > 0 && ['Open alerts:', ...alerts.map(alertState)].join('\n'),
    readiness.status === 'ready' &&
      connections.length + own.length + alerts.length + alertChannels.length + idle.length === 0 &&
      'Nothing needs a person.',
  );
}

const hasFailedApplication = (one: ShownConnection): boolean => one.status === 'application-error';

/** Connections by the application that stops them: what is told once for all. */
function applicationsOf(connections: readonly ShownConnection[]): ShownConnection[][] {
  const byApplication = new Map<string, ShownConnection[]>();
  for (const one of connections.filter(hasFailedApplication)) {
    const id = one.application ?? '';
    byApplication.set(id, [...(byApplication.get(id) ?? []), one]);
  }
  return [...byApplication.values()];
}

function applicationState(
  stopped: readonly ShownConnection[],
  applications: readonly ShownApplication[],
): string {
  const [first] = stopped;
  if (!first) return '';
  const { application, problem } = first;
  const users = stopped.slice(0, NAMED).map(({ user }) => user);
  const more = stopped.length > NAMED ? `, and ${stopped.length - NAMED} more` : '';
  return [
    harmless(`Application ${application} fails and stops ${users.join(', ')}${more}.`),
    ...(problem ? [indented(problemText(problem))] : []),
    '  No sign-in is needed once it is mended.',
    newCredential(
      application ?? '',
      applications.find(({ id }) => id === application),
    ),
  ].join('\n');
}

const idleState = (application: ShownApplication): string =>
  [
    harmless(`Application “${application.name}” (${application.id}) fails.`),
    ...(application.problem ? [indented(problemText(application.problem))] : []),
    newCredential(application.id, application),
  ].join('\n');

/** The command for what the application proves itself with; one that is not known has a secret, as most do. */
function newCredential(id: string, application: ShownApplication | undefined): string {
  const method = application?.clientAuth.method ?? 'clientSecret';
  const update = `mailgrant applications update ${id}`;
  if (method === 'clientSecret') return `  A new Client Secret: ${update} --client-secret-file -`;
  if (method === 'certificate')
    return `  A new certificate: ${update} --certificate <file.pem> --private-key <key.pem>`;
  return `  More: mailgrant applications show ${id}`;
}

function connectionState(connection: ShownConnection): string {
  const { id, name, user, status: now, problem } = connection;
  return [
    harmless(`Connection “${name}” (${id}) of ${user} is ${now}.`),
    ...(problem ? [indented(problemText(problem))] : []),
    indented(howToSignIn(connection)),
  ].join('\n');
}

function connectorState({ id, name, health }: ShownConnector): string {
  const next =
    health.status === 'paused' ? `mailgrant connectors reset ${id}` : `mailgrant connectors show ${id}`;
  return [
    harmless(`Connector “${name}” (${id}) is ${health.status}.`),
    ...(health.problem ? [indented(problemText(health.problem))] : []),
    `  More: ${next}`,
  ].join('\n');
}

const channelState = ({ id, name, delivery }: ShownAlertChannel): string =>
  [
    harmless(`Alert channel “${name}” (${id}) is not told what happens.`),
    ...(delivery.problem ? [indented(problemText(delivery.problem))] : []),
    `  Try it: mailgrant alert-channels test ${id}`,
  ].join('\n');

/** Alerts tell what is above once more, and beside it what only will stop. */
const alertState = ({ severity, problem, subject, openedAt }: ShownAlert): string =>
  harmless(`  ${severity}, since ${time(openedAt)}: ${problem.title} (${subject.name})`);
