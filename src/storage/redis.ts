/** The connection to Redis: one server, a Unix socket, or a cluster. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';

export type RedisClient = Redis | Cluster;

/** A reader blocks for a few seconds at most; a server that says nothing for so long is not there any more. */
const READER_SILENCE_MS = 15_000;

export interface RedisStorage {
  /** For commands and scripts; fails a command after a few reconnects instead of waiting for ever. */
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
 * @throws why Redis cannot be reached: what the connection failed with, else what the first PING throws
 */
export async function openRedis(url: string): Promise<RedisStorage> {
  const opened = new Set<RedisClient>();
  const connect = (options: RedisOptions): RedisClient => {
    const client = connectTo(url, options);
    // A lost connection is reconnected by ioredis and shows as failing commands and in readyz; unheard it would crash.
    client.on('error', () => {});
    opened.add(client);
    return client;
  };
  const client = connect({ maxRetriesPerRequest: 3, enableAutoPipelining: true });
  // The PING fails with "max retries"; that the port is closed or the password wrong, only the connection says.
  let failure: unknown;
  const note = (error: unknown): void => {
    failure = error;
  };
  client.on('error', note);
  try {
    await client.ping();
  } catch (error) {
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
      await Promise.all([...opened].map((each) => each.quit().catch(() => each.disconnect())));
    },
  };
}

function connectTo(url: string, options: RedisOptions): RedisClient {
  if (url.startsWith('redis+cluster:')) {
    const [, credentials, hosts] = /^redis\+cluster:\/\/(?:([^@]*)@)?([^/]+)/.exec(url) ?? [];
    const nodes = (hosts ?? '').split(',').map((node) => {
      const [host = '127.0.0.1', port = '6379'] = node.split(':');
      return { host, port: Number(port) };
    });
    const [username, password] = (credentials ?? '').split(':').map(decodeURIComponent);
    const { enableAutoPipelining = false, ...redisOptions } = options;
    return new Cluster(nodes, {
      enableAutoPipelining,
      redisOptions: { ...redisOptions, ...(password && { username: username || 'default', password }) },
    });
  }
  if (url.startsWith('unix:')) return new Redis({ ...options, path: url.slice('unix:'.length) });
  return new Redis(url, options);
}

/** An error that Redis replied (NOAUTH, LOADING) says it best itself. */
const isOfReply = (error: unknown): boolean => error instanceof Error && error.name === 'ReplyError';
