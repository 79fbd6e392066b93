/**
 * `npm run bench [section …]`: ratios to a floor measured in the same run (the bare libraries doing the same work), with
 * the durability that ships. Prints FAIL below the bar, and then ends with status 1. Absolute numbers depend on the
 * machine; the ratios are what is promised.
 */

import { startRpcChild } from './rpc.js';
import {
  type Children,
  DELIVERED,
  emptyPolls,
  memory,
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

await main();
