/**
 * A token endpoint that costs next to nothing, in a process of its own: it judges no secret and keeps no grant. A refresh
 * token of it names its account, and when the access token that came with it ends, so it sees whoever comes too late.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from './rpc.js';
import { refreshTokenOf, STUB_CLIENT_ID, STUB_TENANT } from './stub-tokens.js';

/** About as long as Entra's. */
const ACCESS_TOKEN = 'a'.repeat(1_600);
const HEADER = Buffer.from('{"typ":"JWT","alg":"RS256","kid":"stub"}').toString('base64url');
const SIGNATURE = 's'.repeat(342);

/** Seconds that access tokens live, drawn between these. */
let lifetime = { shortest: 3_600, longest: 5_400 };
/** When each request arrived, ms since the epoch. */
let arrivals: number[] = [];
/** Requests with the refresh token of an access token that had ended. */
let late = 0;
/** By account: when its newest access token ends. */
const ends = new Map<number, number>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => answer(Buffer.concat(chunks).toString(), response));
});
server.keepAliveTimeout = 60_000;
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;
const origin = `http://127.0.0.1:${port}`;

function answer(body: string, response: ServerResponse): void {
  const now = Date.now();
  arrivals.push(now);
  const [, index = '', endsAt = ''] = /refresh_token=rt\.(\d+)\.(\d+)\./.exec(body) ?? [];
  if (now > Number(endsAt)) late += 1;
  const seconds = lifetime.shortest + Math.random() * (lifetime.longest - lifetime.shortest);
  const end = now + Math.round(seconds * 1_000);
  ends.set(Number(index), end);
  const json = JSON.stringify({
    token_type: 'Bearer',
    expires_in: seconds,
    access_token: ACCESS_TOKEN,
    refresh_token: refreshTokenOf(Number(index), end),
    id_token: `${HEADER}.${claimsOf(Number(index), now)}.${SIGNATURE}`,
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) });
  response.end(json);
}

function claimsOf(index: number, now: number): string {
  const seconds = Math.floor(now / 1_000);
  const claims = {
    aud: STUB_CLIENT_ID,
    iss: `${origin}/${STUB_TENANT}/v2.0`,
    iat: seconds,
    exp: seconds + 3_600,
    sub: `sub-${index}`,
    oid: `oid-${index}`,
    tid: STUB_TENANT,
    preferred_username: `s${index}@stub.example`,
  };
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

/** The most requests that any window of so many milliseconds saw. */
function peak(windowMs: number): number {
  let most = 0;
  for (let first = 0, last = 0; last < arrivals.length; last++) {
    while ((arrivals[first] ?? 0) <= (arrivals[last] ?? 0) - windowMs) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

serve(
  {
    origin: () => origin,
    lifetime: (given: { shortest: number; longest: number }) => {
      lifetime = given;
    },
    /** From here on is counted. */
    begin: () => {
      arrivals = [];
      late = 0;
    },
    count: () => arrivals.length,
    /** What was seen since begin(). */
    seen: () => ({
      requests: arrivals.length,
      perSecond: peak(1_000),
      perTenSeconds: peak(10_000),
      late,
      ended: [...ends.values()].filter((end) => end < Date.now()).length,
      accounts: ends.size,
    }),
  },
  async () => void server.close(),
);
