/** A Callback URL on this machine (RFC 8252 §7.3): waits for the browser, hands its address on, and answers it a small page. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { finished as whenSent } from 'node:stream';
import { isLoopback } from './client-settings.js';
import { ApiRefusal, UsageError } from './failures.js';

export interface LoopbackCallback {
  /**
   * Waits for the sign-in that has this state; whatever else comes is turned away.
   * @param sign `exchange` finishes it; `success` is what the page then says
   * @returns what the exchange gave; `undefined` when nobody came in time
   * @throws what the exchange throws, once the page has said it
   */
  finish<Finished>(sign: {
    state: string;
    patienceMs: number;
    exchange(redirectedUrl: string): Promise<Finished>;
    success(finished: Finished): string;
  }): Promise<Finished | undefined>;
  close(): void;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Listens, before the sign-in is started, so that nobody is sent to a port that is taken.
 * @throws UsageError when the Callback URL is not on loopback, or its port is taken
 */
export async function listenForCallback(callbackUrl: string): Promise<LoopbackCallback> {
  const url = new URL(callbackUrl);
  if (url.protocol !== 'http:' || !isLoopback(url)) {
    throw new UsageError(
      `The application's Callback URL is ${callbackUrl}: nobody can listen there but the service it belongs to. Leave --listen out.`,
    );
  }
  let handler: Handler = (_request, response) =>
    sendPage(response, 503, 'Not ready', 'Load this page again.');
  const servers: Server[] = [];
  const close = (): void => {
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  };
  for (const [index, host] of addressesOf(url).entries()) {
    const place = { host, port: Number(url.port || 80), isOptional: index > 0 };
    try {
      const server = await listening((request, response) => handler(request, response), place);
      if (server) servers.push(server);
    } catch (error) {
      close();
      throw error;
    }
  }
  return {
    finish: (sign) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve(undefined), sign.patienceMs);
        let isTaken = false;
        handler = (request, response) => {
          const asked = new URL(request.url ?? '/', url);
          if (request.method !== 'GET' || asked.pathname !== url.pathname)
            return sendPage(response, 404, 'Nothing here', 'Only the Callback URL is answered.');
          if (asked.searchParams.get('state') !== sign.state)
            return sendPage(response, 400, 'Another sign-in', 'This is not the answer that is waited for.');
          if (isTaken) return sendPage(response, 409, 'Already here', 'The sign-in is being finished.');
          isTaken = true;
          clearTimeout(timer);
          // As registered, whatever Host the request names.
          sign.exchange(callbackUrl.replace(/[?#].*$/, '') + asked.search).then(
            (finished) => {
              whenSent(response, () => resolve(finished));
              sendPage(response, 200, 'Success!', `${sign.success(finished)} You may close this window.`);
            },
            (error) => {
              whenSent(response, () => reject(error));
              sendPage(response, 400, ...refusalTexts(error));
            },
          );
        };
      }),
    close,
  };
}

/** Browsers take either address for localhost; the second may not exist on this machine. */
function addressesOf({ hostname }: URL): string[] {
  return hostname === 'localhost' ? ['127.0.0.1', '::1'] : [hostname.replace(/^\[|\]$/g, '')];
}

function listening(
  handler: Handler,
  { host, port, isOptional }: { host: string; port: number; isOptional: boolean },
): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (isOptional && error.code !== 'EADDRINUSE') return resolve(undefined);
      const why =
        error.code === 'EADDRINUSE'
          ? 'something listens there already. If that is Mailgrant itself, leave --listen out: it finishes the sign-in'
          : `it cannot be listened on (${error.code})`;
      reject(new UsageError(`The Callback URL is on port ${port}, but ${why}.`));
    });
    server.listen(port, host, () => resolve(server));
  });
}

const refusalTexts = (error: unknown): [string, string] => {
  if (!(error instanceof ApiRefusal)) return ['Not signed in', 'The terminal says why.'];
  const { title, detail, next } = error.answer.body;
  return [title, `${detail} What to do next: ${next}`];
};

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (each) => ENTITIES[each] ?? '');

function sendPage(response: ServerResponse, status: number, title: string, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)} · Mailgrant</title><h1>${escaped(title)}</h1><p>${escaped(text)}</p></html>\n`,
  );
}
