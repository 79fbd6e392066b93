/** mailgrant connections authorize */
import { command } from '../../command.js';
import { Unfinished, UsageError } from '../../failures.js';
import { listenForCallback } from '../../loopback-callback.js';
import { connectionText } from '../../record-text.js';
import type { ShownApplication, ShownConnection } from '../../shown.js';

/** As long as the service keeps a sign-in open. */
const PATIENCE_MS = 10 * 60_000;

export const authorizeConnection = command({
  name: 'connections authorize',
  summary: 'Start a sign-in: print the URL to open in a browser.',
  operation: 'GetOAuthAuthorizationURL',
  args: { id: 'Id of the connection, con_….' },
  options: {
    listen: {
      kind: 'flag',
      meaning:
        "Wait on the application's loopback Callback URL (http://localhost:33333, say) for the browser, and finish the sign-in.",
    },
  },
  notes: [
    'The URL is good for ten minutes, once. Sign in as the mailbox itself: a sign-in as somebody else is refused and stores nothing.',
    'Without --listen the browser comes back to the service, when the Callback URL is its own; otherwise take the address that the browser ends on to "connections exchange".',
    'With --listen and --json there are two lines: the URL first, the connection when it is signed in.',
  ],
  async run({ args, options, api, show, say }) {
    const path = `/connections/${encodeURIComponent(args.id)}`;
    const authorize = () => api.call<{ authorizationUrl: string }>('POST', `${path}/authorize`);
    const opened = 'Open this in a browser and sign in as the mailbox; it is good for ten minutes, once:\n';
    if (!options.listen) {
      show(await authorize(), ({ authorizationUrl }) => `${opened}\n${authorizationUrl}`);
      return;
    }
    const { body: connection } = await api.call<ShownConnection>('GET', path);
    if (connection.application === undefined)
      throw new UsageError('This connection uses Basic authentication; there is no sign-in.');
    const application = await api.call<ShownApplication>('GET', `/applications/${connection.application}`);
    const callback = await listenForCallback(application.body.callbackUrl);
    try {
      const answer = await authorize();
      show(answer, ({ authorizationUrl }) => `${opened}\n${authorizationUrl}\n`);
      say(`Waiting for the browser at ${application.body.callbackUrl} …`);
      const state = new URL(answer.body.authorizationUrl).searchParams.get('state') ?? '';
      const finished = await callback.finish({
        state,
        patienceMs: PATIENCE_MS,
        exchange: (redirectedUrl) =>
          api.call<ShownConnection>('POST', `${path}/exchange`, { body: { redirectedUrl } }),
        success: ({ body }) => `${body.authenticatedUser} is signed in to “${body.name}”.`,
      });
      if (!finished) throw new Unfinished('Nobody came back within ten minutes. Start the sign-in again.');
      show(finished, (one) => `Success! ${one.authenticatedUser} is signed in.\n${connectionText(one)}`);
    } finally {
      callback.close();
    }
  },
});
