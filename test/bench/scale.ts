/** What many connections ask of one process: how long it keeps all of them fresh, and what a refresh costs it. */
import { type RpcChild, startRpcChild } from './rpc.js';
import { type Lifetime, startScaleService } from './scale-service.js';
import type { StubSeen } from './stub-tokens.js';

/** Entra's, in seconds (EXCHANGE-ONLINE.md §2). */
const LIFETIME: Lifetime = { shortest: 3_600, longest: 5_400 };
/** What may go out at once after a quiet time, in seconds of the rate; as oauth/pace has it. */
const BURST_SECONDS = 0.5;
/** The pace is kept when a place is taken; a busy machine makes some requests late on their way, by so many seconds. */
const ON_THE_WAY_SECONDS = 0.5;

const sleep = (seconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

async function withStub<Result>(work: (stub: RpcChild) => Promise<Result>): Promise<Result> {
  const stub = await startRpcChild(new URL('./token-stub-process.ts', import.meta.url));
  try {
    return await work(stub);
  } finally {
    await stub.stop();
  }
}

export interface FreshOptions {
  connections: number;
  /** Lifetimes are Entra's, divided by this. */
  divisor: number;
  /** How long it is watched, and after how long memory is measured first. */
  seconds: number;
  warmSeconds: number;
}

export interface FreshReport extends StubSeen {
  /** MAILGRANT_REFRESH_RATE that it ran with: a tenth above what the connections need. */
  rate: number;
  /** The most that the pace lets arrive in a second, and in ten. */
  paceOfSecond: number;
  paceOfTenSeconds: number;
  /** At the end, as a multiple of what it was when warm. */
  heapGrowth: number;
  redisGrowth: number;
  heapBytes: number;
  redisBytes: number;
  cpuPerRefreshMs: number;
}

/** Watches connections whose tokens end a hundred times sooner than they would. */
export function keepFresh(options: FreshOptions): Promise<FreshReport> {
  const { connections, divisor, seconds, warmSeconds } = options;
  const lifetime = { shortest: LIFETIME.shortest / divisor, longest: LIFETIME.longest / divisor };
  // Refreshed at three quarters of the life, in the middle.
  const needed = connections / (((lifetime.shortest + lifetime.longest) / 2) * 0.75);
  const rate = Math.ceil(needed * 1.1);
  return withStub(async (stub) => {
    await stub.call('lifetime', lifetime);
    const service = await startScaleService(stub, { connections, rate });
    try {
      await service.signIn(lifetime);
      await stub.call('begin');
      const cpuBefore = await service.cpuSeconds();
      await sleep(warmSeconds);
      const warm = await service.memory();
      await sleep(seconds - warmSeconds);
      const seen = await stub.call<StubSeen>('seen');
      const cpu = (await service.cpuSeconds()) - cpuBefore;
      const end = await service.memory();
      return {
        ...seen,
        rate,
        paceOfSecond: Math.ceil(rate * (1 + BURST_SECONDS + ON_THE_WAY_SECONDS)),
        paceOfTenSeconds: Math.ceil(rate * (10 + BURST_SECONDS + ON_THE_WAY_SECONDS)),
        heapGrowth: end.heapBytes / warm.heapBytes,
        redisGrowth: end.redisBytes / warm.redisBytes,
        ...end,
        cpuPerRefreshMs: (cpu * 1_000) / seen.requests,
      };
    } finally {
      await service.stop();
    }
  });
}

export interface RefreshCost {
  connections: number;
  perSecond: number;
  /** CPU of the service and its Redis, ms */
  cpuMs: number;
}

/** Refreshes without a pause: tokens that end at once, so that every connection is always due. */
export function refreshCost(connections: number, seconds: number): Promise<RefreshCost> {
  return withStub(async (stub) => {
    const lifetime = { shortest: 0, longest: 0 };
    await stub.call('lifetime', lifetime);
    const service = await startScaleService(stub, { connections, rate: 10_000 });
    try {
      await service.signIn(lifetime);
      // Compiled and warm.
      await sleep(3);
      const [before, cpuBefore] = [await stub.call<number>('count'), await service.cpuSeconds()];
      const startedAt = performance.now();
      await sleep(seconds);
      const [count, cpu] = [(await stub.call<number>('count')) - before, await service.cpuSeconds()];
      const passed = (performance.now() - startedAt) / 1_000;
      return { connections, perSecond: count / passed, cpuMs: ((cpu - cpuBefore) * 1_000) / count };
    } finally {
      await service.stop();
    }
  });
}
