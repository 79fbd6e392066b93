/** Test Connection, for a connection and for a connector: its steps as they run, a line of JSON each; or all of them at once. */
import { PassThrough } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { ConnectionId, ConnectorId } from '../../contract/ids.js';
import type { BegunTest, TestOptions } from '../../diagnosis/begin-test.js';
import type { StepReport } from '../../diagnosis/steps.js';
import { problemView, problemViewSchema } from '../../setup/view-parts.js';
import type { AdminDependencies } from '../dependencies.js';
import { idParams } from '../route-parts.js';
import { workSignals } from '../work-signals.js';

const LINES = 'application/x-ndjson';

const stepSchema = Type.Object({
  step: Type.String({
    description:
      'resolve, tcp, tls, greeting, token, authenticate; then select and postProcessing (IMAP) or envelope (SMTP); then webhook or directory.',
  }),
  protocol: Type.String({ description: 'imap, smtp, or destination.' }),
  status: Type.Enum(['ok', 'failed']),
  durationMs: Type.Integer(),
  detail: Type.String({ description: 'What was seen.' }),
  problem: Type.Optional(problemViewSchema),
});
const resultSchema = Type.Enum(['ok', 'failed']);
const answer = {
  200: {
    description:
      'The steps, as they end; the test stops at the first that fails. One JSON object per line: a step each, the last line holds the result. With Accept: application/json one object when all is done.',
    content: {
      [LINES]: { schema: Type.Union([stepSchema, Type.Object({ result: resultSchema })]) },
      'application/json': {
        schema: Type.Object({ steps: Type.Array(stepSchema), result: resultSchema }),
      },
    },
  },
};

/** A step as it is answered. */
export const stepView = ({ problem, ...step }: StepReport) => ({
  ...step,
  ...(problem && { problem: problemView(problem) }),
});

export const testRoutes =
  (deps: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const signalOf = workSignals(app);

    /** @param accept of the request @param begin starts the test */
    async function test(
      reply: FastifyReply,
      accept: string | undefined,
      begin: (options: TestOptions) => Promise<BegunTest>,
    ): Promise<void> {
      const isWhole = accept !== undefined && /\bapplication\/json\b/.test(accept) && !accept.includes(LINES);
      const lines = new PassThrough();
      const steps: ReturnType<typeof stepView>[] = [];
      const onStep = (report: StepReport): void => {
        const step = stepView(report);
        if (isWhole) steps.push(step);
        else lines.write(`${JSON.stringify(step)}\n`);
      };
      const { finished } = await begin({ signal: signalOf(reply), onStep });
      if (isWhole) return void reply.send({ steps, result: await finished });
      void finished.then((result) => lines.end(`${JSON.stringify({ result })}\n`));
      // Proxies that collect an answer would show its steps all at once.
      reply.type(LINES).header('x-accel-buffering', 'no').send(lines);
    }

    app.post(
      '/connections/:id/test',
      {
        config: { scope: 'operate', audit: 'connection.test' },
        schema: {
          tags: ['connections'],
          summary: 'Test Connection',
          description:
            'Walks the path of each protocol that has an endpoint, with the real token, and stops at the first step that fails.',
          params: idParams,
          response: answer,
        },
      },
      async ({ params, headers }, reply) => {
        const id = params.id as ConnectionId;
        await test(reply, headers.accept, (options) => deps.testConnection(id, options));
        return reply;
      },
    );
    app.post(
      '/connectors/:id/test',
      {
        config: { scope: 'operate', audit: 'connector.test' },
        schema: {
          tags: ['connectors'],
          summary: 'Test Connection',
          description:
            'The same for one connector with its settings, then its destination: a webhook gets a signed event of type "ping", in a directory a file is made and removed.',
          params: idParams,
          response: answer,
        },
      },
      async ({ params, headers }, reply) => {
        const id = params.id as ConnectorId;
        await test(reply, headers.accept, (options) => deps.testConnector(id, options));
        return reply;
      },
    );
  };
