/** The page of connections and its buttons. */
import type { FastifyPluginAsync } from 'fastify';
import type { ConnectionId } from '../../contract/ids.js';
import type { StepReport } from '../../diagnosis/steps.js';
import type { Connection } from '../../setup/model.js';
import { applicationsOf, connectionAnswer, type KnownApplications } from '../connection-answers.js';
import { connectorInCircumstances, withNextRuns } from '../connector-answers.js';
import { boundBrowser } from '../cookies.js';
import type { AdminDependencies } from '../dependencies.js';
import { listAnswer, pageOptions } from '../lists.js';
import { connectionsPage, type ShownConnection } from '../pages/connections-page.js';
import { continuePage } from '../pages/continue-page.js';
import { STYLE, STYLE_PATH } from '../pages/style.js';
import { testPage } from '../pages/test-page.js';
import { answerWithPages, readForms, sendPage } from '../plugins/pages.js';
import { covers } from '../principal.js';
import { workSignals } from '../work-signals.js';

const hide = { hide: true };
const PAGE_SIZE = 50;

export const pageRoutes =
  (deps: AdminDependencies): FastifyPluginAsync =>
  async (app) => {
    const { applications, connections, connectors, signIn, publicUrl, warnings, log } = deps;
    answerWithPages(app, log);
    readForms(app);
    const signalOf = workSignals(app);

    app.get(STYLE_PATH, { config: { scope: 'public' }, schema: hide }, async (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'public, max-age=300').send(STYLE),
    );

    app.get<{ Querystring: { cursor?: string } }>(
      '/',
      { config: { scope: 'read' }, schema: hide },
      async (request, reply) => {
        const { cursor } = request.query;
        const asked = typeof cursor === 'string' ? { cursor, limit: PAGE_SIZE } : { limit: PAGE_SIZE };
        const found = await connections.list(pageOptions(asked));
        const { nextCursor } = listAnswer(found, (each) => each);
        // A check that is fine and has something to say all the same is a warning, of a Redis that keeps nothing, say.
        const notices = (await deps.readiness()).flatMap(({ name, ok, detail }) =>
          detail === undefined ? [] : ok ? detail : `${name}: ${detail}`,
        );
        const known = await applicationsOf(applications, found.items);
        const warned = [...known.values()].flatMap((each) => warnings.ofApplication(each));
        notices.push(...warned.map(({ title, detail, next }) => `${title}. ${detail} ${next}`));
        const cards = await shown(found.items, known);
        const mayOperate = covers(request.principal?.scopes ?? [], 'operate');
        return sendPage(reply, connectionsPage(cards, { next: nextCursor, notices, mayOperate }));
      },
    );
    app.post<{ Params: { id: string } }>(
      '/connections/:id/get-new-access-token',
      { config: { scope: 'operate', audit: 'connection.authorize' }, schema: hide },
      async (request, reply) => {
        const binding = boundBrowser(request, reply, publicUrl);
        const url = await signIn.authorizationUrl(request.params.id as ConnectionId, { binding });
        return sendPage(reply, continuePage(url));
      },
    );
    app.post<{ Params: { id: string } }>(
      '/connections/:id/refresh-access-token',
      { config: { scope: 'operate', audit: 'connection.refresh' }, schema: hide },
      async ({ params }, reply) => {
        await deps.refreshNow(params.id as ConnectionId);
        return reply.redirect(`/#${encodeURIComponent(params.id)}`, 303);
      },
    );

    app.post<{ Params: { id: string } }>(
      '/connections/:id/test-connection',
      { config: { scope: 'operate', audit: 'connection.test' }, schema: hide },
      async ({ params }, reply) => {
        const steps: StepReport[] = [];
        const id = params.id as ConnectionId;
        const options = { signal: signalOf(reply), onStep: (step: StepReport) => void steps.push(step) };
        const { finished } = await deps.testConnection(id, options);
        const { name } = (await connections.read(id)).settings;
        return sendPage(reply, testPage({ id, name }, steps, await finished));
      },
    );

    async function shown(items: readonly Connection[], known: KnownApplications): Promise<ShownConnection[]> {
      const now = Date.now();
      return Promise.all(
        items.map(async (connection) => {
          const ids = (await connections.connectors(connection.id)).sort();
          const found = await Promise.all(ids.map((id) => connectors.read(id).catch(() => undefined)));
          const bound = await withNextRuns(
            deps,
            found.filter((each) => each !== undefined),
          );
          return {
            connection: connectionAnswer(deps, connection, known),
            connectors: bound.map((each) => connectorInCircumstances(each, connection, { known, now })),
          };
        }),
      );
    }
  };
