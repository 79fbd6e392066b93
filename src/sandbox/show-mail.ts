/** Keeps mail going: sends a message every few seconds by schedule, and shows in the terminal what becomes of each. */
import { setTimeout as delay } from 'node:timers/promises';
import { createSandboxApi } from './api-client.js';
import type { SandboxConnectors } from './set-up.js';

const SEND_EVERY_MS = 5_000;
/** sendAt lies this far ahead, so that the schedule is seen at work. */
const SEND_AHEAD_MS = 1_000;
const LOOK_EVERY_MS = 400;

interface Shown {
  id: string;
  status: string;
  subject: string;
  from: string;
  to: string[];
  problem?: { title: string };
}

/** Runs until the signal aborts. @param options `say`: prints a line */
export async function showMail(options: {
  url: string;
  apiKey: string;
  connectors: SandboxConnectors;
  say(line: string): void;
  signal: AbortSignal;
}): Promise<void> {
  const { connectors, say, signal } = options;
  const api = createSandboxApi(options);
  const known = new Map<string, string>();
  let sendAt = 0;
  let number = 0;

  const show = async (connector: string): Promise<void> => {
    const { items } = await api<{ items: Shown[] }>('GET', `/connectors/${connector}/messages?limit=20`);
    for (const message of items.reverse()) {
      if (known.get(message.id) === message.status) continue;
      known.set(message.id, message.status);
      say(line(message));
    }
  };

  while (!signal.aborted) {
    try {
      if (Date.now() >= sendAt) {
        sendAt = Date.now() + SEND_EVERY_MS;
        number++;
        await api('POST', `/connectors/${connectors.send}/messages`, {
          to: 'bob@sandbox.example',
          subject: `Message ${number} goes round`,
          text: `This is message ${number}. Alice sent it through SMTP, Bob’s connector received it through IMAP.`,
          sendAt: new Date(Date.now() + SEND_AHEAD_MS).toISOString(),
        });
      }
      await show(connectors.send);
      await show(connectors.receive);
    } catch (error) {
      if (!signal.aborted) say(`${now()}  ${error instanceof Error ? error.message : error}`);
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

const now = (): string => new Date().toLocaleTimeString('en-GB');

function line({ status, subject, from, to, problem }: Shown): string {
  const reason = problem ? `  (${problem.title})` : '';
  return `${now()}  ${status.padEnd(10)} ${subject}   ${from} → ${to.join(', ')}${reason}`;
}
