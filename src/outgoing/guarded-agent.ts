/** An undici agent that connects to allowed addresses only: the resolver's answer is judged and used in one step, so a name that changes between check and connect gains nothing. */
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { problemError } from '../contract/problem.js';
import { isAllowedAddress } from './address-rules.js';
import type { Resolver } from './resolve.js';

const CONNECT_TIMEOUT_MS = 10_000;
/** A token answer or a webhook's reply is small; whoever sends more is not listened to. */
const MOST_RESPONSE_BYTES = 8 * 1024 * 1024;
/** Idle connections are kept for the next request, below the idle limit of common servers (5 s of Node's own is the lowest). */
const KEEP_ALIVE_MS = 4_000;
const CONNECTIONS_PER_ORIGIN = 128;

/** @param options `certificateAuthority`: PEM, in the place of those that Node trusts */
export function createGuardedAgent(
  resolver: Resolver,
  options: { allowPrivateNetworks: boolean; certificateAuthority?: string },
): Agent {
  const { allowPrivateNetworks, certificateAuthority } = options;
  const lookup: LookupFunction = (host, options, callback) => {
    resolver.addresses(host).then(
      (addresses) => {
        if (options.all) return callback(null, addresses);
        const [first] = addresses;
        callback(null, first?.address ?? '', first?.family ?? 0);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
  const connectTo = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    lookup,
    ...(certificateAuthority !== undefined && { ca: certificateAuthority }),
  } as buildConnector.BuildOptions);

  return new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxResponseSize: MOST_RESPONSE_BYTES,
    connect(options, callback) {
      const refuse = (address: string): void =>
        callback(problemError('address-refused', { with: { host: options.hostname, address } }), null);
      const literal = options.hostname.replace(/^\[(.*)\]$/, '$1');
      // A literal address never reaches the lookup, so it is judged here; URL has normalised 0x7f.1 and 2130706433.
      if (isLiteral(literal) && !isAllowedAddress(literal, allowPrivateNetworks)) return refuse(literal);
      connectTo(options, (...result) => {
        const [error, socket] = result;
        if (error) return callback(error, null);
        const address = socket.remoteAddress ?? '';
        if (isAllowedAddress(address, allowPrivateNetworks)) return callback(null, socket);
        socket.destroy();
        refuse(address);
      });
    },
  });
}

const isLiteral = (host: string): boolean => /^\d+(\.\d+){3}$/.test(host) || host.includes(':');
