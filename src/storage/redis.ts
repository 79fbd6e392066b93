/** The connection to Redis: one server, a Unix socket, or a cluster. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { type Problem, problem } from '../contract/problem.js';

export type RedisClient = Redis | Cluster;

/** Reconnects after which the commands that wait fail. */
const MOST_RETRIES = 3;
/** Scripts take milliseconds; a server that is stopped, or behind a dead network, keeps the connection and says nothing. */
const ANSWER_WITHIN_MS = 15_000;
/** Of that time; then the connection is given up for a new one, over which what waits may still be answered in time. */
const SILENCE_SHARE = 2 / 3;
/** How long a connection is waited for when it is closed; what it has said is said by then. */
const QUIT_WITHIN_MS = 2_000;
/** A reader blocks for a few seconds at most; a server that says nothing for so long is not there any more. */
const READER_SILENCE_MS = 15_000;

export interface RedisStorage {
  /** For commands and scripts; fails a command after a few reconnects, or without an answer, instead of waiting for ever. */
  readonly client: RedisClient;
  /** A connection for BullMQ, which wants its commands to wait (maxRetriesPerRequest: null). */
  forQueue(): RedisClient;
  /** A connection for a reader that blocks, and waits for Redis for as long as that is away; its reader disconnects it. */
  forReader(): RedisClient;
  close(): Promise<void>;
}

/**
 * Connects.
 * @param url `redis://`, `rediss://`, `unix:/path` or `redis+cluster://host:port,host:port` (see MAILGRANT_REDIS_URL)
 * @param answerWithinMs a command of `client` fails without an answer for so long; it may have been carried out, or be carried out later
 * @throws why Redis cannot be reached: what the connection failed with, else what the first PING throws
 */
export async function openRedis(
  url: string,
  { answerWithinMs = ANSWER_WITHIN_MS }: { answerWithinMs?: number } = {},
): Promise<RedisStorage> {
  const opened = new Set<RedisClient>();
  const closing = new AbortController();
  const connect = (options: RedisOptions): RedisClient => {
    const client = connectTo(url, options, closing.signal);
    // A lost connection is reconnected by ioredis and shows as failing commands and in readyz; unheard it would crash.
    client.on('error', () => {});
    opened.add(client);
    return client;
  };
  const client = connect({
    maxRetriesPerRequest: MOST_RETRIES,
    commandTimeout: answerWithinMs,
    socketTimeout: answerWithinMs * SILENCE_SHARE,
    enableAutoPipelining: true,
  });
  // The PING fails with "max retries"; that the port is closed or the password wrong, only the connection says.
  let failure: unknown;
  const note = (error: unknown): void => {
    failure = error;
  };
  client.on('error', note);
  try {
    await client.ping();
  } catch (error) {
    closing.abort();
    client.disconnect();
    throw isOfReply(error) ? error : (failure ?? error);
  }
  client.off('error', note);
  return {
    client,
    forQueue: () => connect({ maxRetriesPerRequest: null }),
    forReader() {
      const reader = connect({ maxRetriesPerRequest: null, socketTimeout: READER_SILENCE_MS });
      reader.once('end', () => opened.delete(reader));
      return reader;
    },
    async close() {
      closing.abort();
      await Promise.all([...opened].map(quitOrLeave));
    },
  };
}

/** A server that says nothing answers no QUIT either. */
async function quitOrLeave(client: RedisClient): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(reject, QUIT_WITHIN_MS, new Error('no answer'));
  });
  await Promise.race([client.quit(), tooLate]).catch(() => client.disconnect());
  clearTimeout(timer);
}

function connectTo(url: string, options: RedisOptions, closing: AbortSignal): RedisClient {
  if (url.startsWith('redis+cluster:')) {
    const [, credentials, hosts] = /^redis\+cluster:\/\/(?:([^@]*)@)?([^/]+)/.exec(url) ?? [];
    const nodes = (hosts ?? '').split(',').map((node) => {
      const [host = '127.0.0.1', port = '6379'] = node.split(':');
      return { host, port: Number(port) };
    });
    const [username, password] = (credentials ?? '').split(':').map(decodeURIComponent);
    const { enableAutoPipelining = false, ...redisOptions } = options;
    const { maxRetriesPerRequest: mostRetries } = options;
    const cluster: Cluster = new Cluster(nodes, {
      enableAutoPipelining,
      clusterRetryStrategy: (times) => reconnectDelayMs(cluster, times, { mostRetries, closing }),
      redisOptions: { ...redisOptions, ...(password && { username: username || 'default', password }) },
    });
    return cluster;
  }
  if (url.startsWith('unix:')) return new Redis({ ...options, path: url.slice('unix:'.length) });
  return new Redis(url, options);
}

/**
 * While no node of a cluster can be reached, commands wait at the cluster, and of `maxRetriesPerRequest`, which each node
 * has for itself, it knows nothing. It lets go of what waits where no delay is returned; so it is told to connect from here.
 * Its status does not say whether it was closed: a node that ends late makes "close" of whatever it was.
 */
function reconnectDelayMs(
  cluster: Cluster,
  times: number,
  { mostRetries, closing }: { mostRetries: number | null | undefined; closing: AbortSignal },
): number | undefined {
  const delayMs = Math.min(100 + times * 2, 2_000);
  if (typeof mostRetries !== 'number' || times % (mostRetries + 1) !== 0) return delayMs;
  setTimeout(() => {
    if (!closing.aborted) cluster.connect().catch(() => {});
  }, delayMs);
  return undefined;
}

/** An error that Redis replied (NOAUTH, LOADING) says it best itself. */
const isOfReply = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';

/** What ioredis throws while Redis is away or silent; and what Redis says while it starts, is a replica, has no memory or disk. */
const AWAY =
  /^(Connection is closed|Stream isn't writeable|Command timed out|Socket timeout|None of startup nodes|Cluster is ended|Too many Cluster redirections|LOADING |READONLY |OOM |MISCONF |CLUSTERDOWN )/;
const AWAY_ERRORS: ReadonlySet<string> = new Set(['MaxRetriesPerRequestError', 'ClusterAllFailedError']);

/** @returns `storage-unavailable` for what a command throws while Redis does not take it; `undefined` for anything else */
export function redisAway(thrown: unknown): Problem | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (!AWAY_ERRORS.has(thrown.name) && !AWAY.test(thrown.message)) return undefined;
  return problem('storage-unavailable', { with: { what: 'Redis does not answer.' } });
}
