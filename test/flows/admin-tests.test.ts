/** Test Connection over HTTP and on the page: streamed as it runs, whole when asked so, ended when the caller goes away. */
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem, problemError } from '../../src/contract/problem.js';
import type { TestOptions, TestResult } from '../../src/diagnosis/begin-test.js';
import { ADMIN_KEY, type Harness, newConnection, startHarness } from './admin-harness.js';

/** A test that goes on as the test here says. */
interface Pretended extends TestOptions {
  end(result: TestResult): void;
}

let harness: Harness;
let begun: Pretended[] = [];
let id: string;

beforeAll(async () => {
  harness = await startHarness((deps) => ({
    async testConnection(connection, options) {
      await deps.connections.read(connection);
      if (begun.length > 1) throw problemError('test-running', { with: { user: 'ada', seconds: 90 } });
      const finished = new Promise<TestResult>((end) => begun.push({ ...options, end }));
      return { finished };
    },
  }));
  ({ id } = await newConnection(harness));
  await harness.app.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(() => {
  begun = [];
});
afterAll(() => harness.stop());

const step = { step: 'tcp', protocol: 'imap', durationMs: 3, detail: 'takes connections' };
const failed = {
  ...step,
  step: 'tls',
  status: 'failed' as const,
  problem: problem('tls-not-spoken', { with: { host: 'mail.example', port: 993 } }),
};
const begunTest = async (): Promise<Pretended> => {
  await vi.waitFor(() => expect(begun).toHaveLength(1));
  return begun[0] as Pretended;
};

/** Asks over a real socket, and shows what has come so far. */
function ask(headers: Record<string, string> = {}) {
  const { port } = harness.app.server.address() as AddressInfo;
  const seen = { status: 0, type: '', text: '', ended: false };
  const asking = request(
    {
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: `/api/v1/connections/${id}/test`,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, ...headers },
    },
    (response) => {
      seen.status = response.statusCode ?? 0;
      seen.type = response.headers['content-type'] ?? '';
      response.on('data', (chunk) => {
        seen.text += chunk;
      });
      response.on('end', () => {
        seen.ended = true;
      });
      response.on('error', () => undefined);
    },
  );
  asking.on('error', () => undefined);
  asking.end();
  return { seen, leave: () => asking.destroy() };
}

describe('POST /connections/{id}/test', () => {
  it('sends each step as it ends, a line each, and the result last', async () => {
    const { seen } = ask();
    const test = await begunTest();
    test.onStep({ ...step, status: 'ok' });
    await vi.waitFor(() => expect(seen.text).toBe(`${JSON.stringify({ ...step, status: 'ok' })}\n`));
    expect(seen).toMatchObject({ status: 200, type: 'application/x-ndjson', ended: false });
    test.onStep(failed);
    test.end('failed');
    await vi.waitFor(() => expect(seen.ended).toBe(true));
    const lines = seen.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatchObject({
      step: 'tls',
      status: 'failed',
      problem: { code: 'tls-not-spoken', owner: 'user' },
    });
    expect(lines[1].problem.next).toContain('STARTTLS');
    expect(lines[2]).toEqual({ result: 'failed' });
  });

  it('answers one object to whoever wants JSON', async () => {
    const { seen } = ask({ accept: 'application/json' });
    const test = await begunTest();
    test.onStep({ ...step, status: 'ok' });
    test.onStep(failed);
    test.end('failed');
    await vi.waitFor(() => expect(seen.ended).toBe(true));
    expect(seen.type).toContain('application/json');
    const answer = JSON.parse(seen.text);
    expect(answer).toMatchObject({
      result: 'failed',
      steps: [{ step: 'tcp', status: 'ok' }, { step: 'tls' }],
    });
    expect(answer.steps[1].problem.code).toBe('tls-not-spoken');
  });

  it.each<Record<string, string>>([{}, { accept: 'application/json' }])(
    'stops the test when its caller goes away (%o)',
    async (headers) => {
      const { leave } = ask(headers);
      const { signal, onStep, end } = await begunTest();
      expect(signal.aborted).toBe(false);
      leave();
      await vi.waitFor(() => expect(signal.aborted).toBe(true));
      onStep(failed);
      end('failed');
    },
  );

  it('answers a problem where no test begins', async () => {
    const unknown = await harness.call('POST', '/api/v1/connections/con_nobody/test');
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'not-found']);
    begun = [{} as Pretended, {} as Pretended];
    const running = await harness.call('POST', `/api/v1/connections/${id}/test`);
    expect([running.statusCode, running.json().code]).toEqual([409, 'test-running']);
  });

  it('is described in the OpenAPI document, both ways', async () => {
    const { paths } = (await harness.call('GET', '/api/openapi.json')).json();
    for (const path of ['/api/v1/connections/{id}/test', '/api/v1/connectors/{id}/test']) {
      const { content } = paths[path].post.responses['200'];
      expect(Object.keys(content)).toEqual(['application/x-ndjson', 'application/json']);
    }
  });
});

describe('a service that stops', () => {
  it('does not wait for the test', async () => {
    const { seen } = ask();
    const { signal, end } = await begunTest();
    signal.addEventListener('abort', () => end('failed'));
    await harness.app.close();
    await vi.waitFor(() => expect(seen.ended).toBe(true));
    expect(seen.text).toContain('{"result":"failed"}');
  });
});
