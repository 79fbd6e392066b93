/** The web app (src/admin/ui): its files, and its one page at each of its addresses, under a policy that names a nonce anew each time. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsync } from 'fastify';
import { problemError } from '../../contract/problem.js';
import type { AdminDependencies } from '../dependencies.js';
import { answerWithPages } from '../plugins/pages.js';

/** First parts of the app's addresses, as src/admin/ui/routes.tsx has them. */
export const WEB_APP_SECTIONS = [
  ...['connectors', 'connections', 'applications', 'messages', 'schedules', 'charts'],
  ...['alerts', 'people', 'service'],
] as const;

const hide = { hide: true };

/** Where the built app lies: beside this file in dist; run from the sources, it is the last build. */
const PLACES = ['../ui/', '../../../dist/src/admin/ui/'] as const;

function builtApp(): string | undefined {
  const found = PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  return found.find((directory) => existsSync(`${directory}app`));
}

/**
 * What the app's page may do: scripts and styles of this origin, style elements with the nonce (the component library
 * inserts some), requests to this origin alone, and frames for the preview of messages.
 */
const policyWith = (nonce: string): string =>
  [
    ...["default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self'"],
    ...["font-src 'self'", "connect-src 'self'", "frame-src 'self'", "form-action 'self'"],
    ...["base-uri 'none'", "frame-ancestors 'none'"],
  ].join('; ');

export const webAppRoutes =
  ({ log }: Pick<AdminDependencies, 'log'>): FastifyPluginAsync =>
  async (app) => {
    answerWithPages(app, log);
    const directory = builtApp();
    const page = directory && readFileSync(`${directory}index.html`, 'utf8');

    for (const url of ['/', ...WEB_APP_SECTIONS.flatMap((section) => [`/${section}`, `/${section}/*`])]) {
      app.get(url, { config: { scope: 'read' }, schema: hide }, async (_request, reply) => {
        if (page === undefined) throw problemError('web-app-not-built');
        const nonce = randomBytes(16).toString('base64');
        return reply
          .header('content-security-policy', policyWith(nonce))
          .type('text/html; charset=utf-8')
          .send(page.replace('__NONCE__', nonce));
      });
    }
    if (directory === undefined) return;
    await app.register(fastifyStatic, { root: `${directory}app`, serve: false, preCompressed: true });
    app.get<{ Params: { file: string } }>(
      '/app/:file',
      { config: { scope: 'public' }, schema: hide },
      // A file's name carries a digest of what is in it, so it is kept for good.
      async ({ params }, reply) =>
        reply
          .header('cache-control', 'public, max-age=31536000, immutable')
          .sendFile(params.file, { cacheControl: false }),
    );
  };
