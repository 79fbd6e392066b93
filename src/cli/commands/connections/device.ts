/** mailgrant connections device */
import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../command.js';
import { Unfinished } from '../../failures.js';
import { problemText } from '../../problem-text.js';
import type { ShownDevice } from '../../shown.js';
import { harmless, time } from '../../text.js';

/** The service asks the provider by itself; this only looks at what came of it. */
const LOOK_EVERY_MS = 1_000;

export const deviceSignIn = command({
  name: 'connections device',
  summary: 'Sign in with a code on another device: show code and link, and wait.',
  args: { id: 'Id of the connection, con_….' },
  options: {
    'no-wait': {
      kind: 'flag',
      meaning: 'Show code and link, and leave it at that: the service goes on by itself.',
    },
    status: { kind: 'flag', meaning: 'Start nothing: show how the last one stands.' },
  },
  notes: [
    'For a machine without a browser: open the link anywhere, enter the code, and sign in as the mailbox itself. Ending this command does not end the sign-in.',
    'With --json there are two lines: code and link first, the outcome when it has ended.',
  ],
  async run({ args, options, api, show, say }) {
    const path = `/connections/${encodeURIComponent(args.id)}/device`;
    const look = () => api.call<ShownDevice>('GET', path);
    if (options.status) return show(await look(), deviceText);
    const started = await api.call<ShownDevice>('POST', path);
    show(started, deviceText);
    if (options['no-wait']) return;
    say('Waiting for the sign-in …');
    let answer = await look();
    while (answer.body.state === 'waiting') {
      await sleep(LOOK_EVERY_MS);
      answer = await look();
    }
    if (answer.body.state !== 'signed-in')
      throw new Unfinished(answer.body.problem ? problemText(answer.body.problem) : 'It has failed.');
    show(answer, deviceText);
  },
});

function deviceText(device: ShownDevice): string {
  const { state, user, userCode, verificationUri, verificationUriComplete, expiresAt, problem } = device;
  if (state === 'signed-in') return harmless(`Success! ${user} is signed in.`);
  if (state === 'failed') return problem ? problemText(problem) : 'It has failed.';
  const direct = verificationUriComplete ? `\nor open ${verificationUriComplete}` : '';
  return harmless(
    `Open ${verificationUri} in any browser and enter the code\n\n    ${userCode}\n${direct}\nGood until ${time(expiresAt)}.`,
  );
}
