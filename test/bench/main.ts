/**
 * `npm run bench [section …]`: ratios to a floor measured in the same run (the bare libraries doing the same work), with
 * the durability that ships. Prints FAIL below the bar, and then ends with status 1. Absolute numbers depend on the
 * machine; the ratios are what is promised.
 */

import { type HomeReport, home } from './home.js';
import { startRpcChild } from './rpc.js';
import { type FreshReport, keepFresh, refreshCost } from './scale.js';
import {
  type Children,
  DELIVERED,
  emptyPolls,
  memory,
  ROUNDS,
  type Round,
  receive,
  refresh,
  send,
} from './sections.js';

interface RatioSection {
  name: string;
  title: string;
  unit: string;
  bar: number;
  run(children: Children): Promise<Round[]>;
}

const SECTIONS: readonly RatioSection[] = [
  { name: 'receive', title: 'receive to webhook', unit: 'messages/s', bar: 0.6, run: receive },
  { name: 'send', title: 'send, three connections', unit: 'messages/s', bar: 0.4, run: send },
  { name: 'polls', title: 'empty poll cycles', unit: 'polls/s', bar: 0.8, run: emptyPolls },
  { name: 'refresh', title: 'token refreshes', unit: 'refreshes/s', bar: 0.4, run: refresh },
];

const IDLE_BAR_BYTES = 8 * 1024;
const PER_MESSAGE_BAR_BYTES = 16;

/** What an answer to home may take: longer, and a click feels like waiting. */
const HOME_BAR_MS = 200;

/** Five minutes of ten thousand connections, whose tokens live a hundredth of their time. */
const TEN_THOUSAND = { connections: 10_000, divisor: 100, seconds: 300, warmSeconds: 60 };
/** Heap and Redis may grow by so much from the first minute to the fifth: the noise of a heap, and no more. */
const GROWTH_BAR = 1.1;
const COST_SIZES = [100, 1_000, 10_000];
const COST_SECONDS = 8;
/** How much dearer a refresh may be with ten times the connections. */
const COST_BAR = 1.2;

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const verdict = (ok: boolean): string => (ok ? 'ok' : 'FAIL');
let failed = false;

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  const tenant = await startRpcChild(new URL('./tenant-process.ts', import.meta.url));
  const sink = await startRpcChild(new URL('./webhook-sink.ts', import.meta.url));
  try {
    for (const section of SECTIONS.filter(({ name }) => isWanted(name))) {
      report(section, await section.run({ tenant, sink }));
    }
    if (isWanted('memory')) {
      const { idleBytes, usedBytes } = await memory({ tenant, sink });
      const usedBar = IDLE_BAR_BYTES + DELIVERED * PER_MESSAGE_BAR_BYTES;
      bytes('Redis bytes, idle connection with Email Receive', idleBytes, IDLE_BAR_BYTES);
      bytes(`Redis bytes, the same after ${DELIVERED} delivered messages`, usedBytes, usedBar);
    }
    if (isWanted('home')) reportHome(await home());
    if (isWanted('refresh-cost')) await reportCosts();
    if (isWanted('ten-thousand')) reportFresh(await keepFresh(TEN_THOUSAND));
  } finally {
    await Promise.all([tenant.stop(), sink.stop()]);
  }
  process.exitCode = failed ? 1 : 0;
}

function report({ title, unit, bar }: RatioSection, rounds: Round[]): void {
  const ratios = rounds.map(({ floor, ours }) => ours / floor);
  const ratio = median(ratios);
  const ok = ratio >= bar;
  failed ||= !ok;
  const each = rounds.map(({ floor, ours }) => `${ours.toFixed(0)}/${floor.toFixed(0)}`).join('  ');
  console.log(
    `${title.padEnd(28)} ratio ${ratio.toFixed(2)}  bar ${bar.toFixed(2)}  ${verdict(ok)}   (ours/floor, ${unit}: ${each})`,
  );
}

function bytes(title: string, value: number, bar: number): void {
  const ok = value <= bar;
  failed ||= !ok;
  console.log(`${title}: ${value.toFixed(0)}  bar ${bar}  ${verdict(ok)}`);
}

function reportHome({ calls, wholes }: HomeReport): void {
  console.log('home, 2,000 connectors on 500 connections, 100,000 messages:');
  const line = ({ name, p50Ms, p95Ms, bytes }: HomeReport['calls'][number], bar?: number): void => {
    const ok = bar === undefined || p95Ms <= bar;
    failed ||= !ok;
    const judged = bar === undefined ? '' : `  bar ${bar} ms  ${verdict(ok)}`;
    console.log(
      `  ${name.padEnd(40)} p50 ${p50Ms.toFixed(0).padStart(4)} ms  p95 ${p95Ms.toFixed(0).padStart(4)} ms  ${(bytes / 1_000).toFixed(0).padStart(5)} KB${judged}`,
    );
  };
  for (const call of calls) line(call, HOME_BAR_MS);
  for (const whole of wholes) line(whole);
}

/** The least of several rounds: what disturbs a round makes it dearer, never cheaper. */
async function reportCosts(): Promise<void> {
  let before: number | undefined;
  for (const connections of COST_SIZES) {
    const rounds: Awaited<ReturnType<typeof refreshCost>>[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await refreshCost(connections, COST_SECONDS));
    const cpuMs = Math.min(...rounds.map((each) => each.cpuMs));
    const perSecond = Math.max(...rounds.map((each) => each.perSecond));
    const growth = before === undefined ? 1 : cpuMs / before;
    const ok = growth < COST_BAR;
    failed ||= !ok;
    before = cpuMs;
    console.log(
      `refreshes of ${connections} connections: ${perSecond.toFixed(0)}/s, ${cpuMs.toFixed(2)} ms of CPU each, ×${growth.toFixed(2)}  bar ×${COST_BAR}  ${verdict(ok)}`,
    );
  }
}

function reportFresh(report: FreshReport): void {
  const { rate, perSecond, perTenSeconds, paceOfSecond, paceOfTenSeconds, late, ended } = report;
  const line = (title: string, value: number, bar: number): void => {
    const ok = value <= bar;
    failed ||= !ok;
    console.log(`  ${title}: ${Number(value.toFixed(2))}  bar ${bar}  ${verdict(ok)}`);
  };
  const { connections, divisor, seconds } = TEN_THOUSAND;
  console.log(
    `${connections} connections, lifetimes / ${divisor}, ${seconds} s: ${report.requests} refreshes, ${report.cpuPerRefreshMs.toFixed(2)} ms of CPU each, pace ${rate}/s`,
  );
  line('most in a second', perSecond, paceOfSecond);
  line('most in ten seconds', perTenSeconds, paceOfTenSeconds);
  line('tokens that expired', late + ended, 0);
  line(
    `heap, ${(report.heapBytes / 1e6).toFixed(0)} MB, against the first minute`,
    report.heapGrowth,
    GROWTH_BAR,
  );
  line(
    `Redis, ${(report.redisBytes / 1e6).toFixed(0)} MB, against the first minute`,
    report.redisGrowth,
    GROWTH_BAR,
  );
}

await main();
