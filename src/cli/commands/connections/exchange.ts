/** mailgrant connections exchange */
import { command } from '../../command.js';
import { UsageError } from '../../failures.js';
import { connectionText } from '../../record-text.js';
import { secretFrom } from '../../secret-input.js';
import type { ShownConnection } from '../../shown.js';

export const exchangeCode = command({
  name: 'connections exchange',
  summary: 'Finish a sign-in by hand, with what the browser came back with.',
  operation: 'GetOAuthAccessToken, OAuthVerifier',
  args: { id: 'Id of the connection, con_….' },
  options: {
    code: {
      kind: 'text',
      value: 'code',
      meaning: 'The authorization code alone, of the newest sign-in; - reads standard input.',
    },
    'redirected-url': {
      kind: 'text',
      value: 'URL',
      meaning:
        "The whole address that the browser ended on. Prefer it: more can be checked. Put it in '…', or give - for standard input.",
    },
  },
  notes: [
    'For a machine without a browser, or an application whose Callback URL is not this service: open the URL of "connections authorize" anywhere, sign in, and copy the address that the browser ends on, even when the page there does not load. A code works once, and for minutes.',
  ],
  async run({ args, options, api, terminal, show }) {
    const { code, 'redirected-url': redirectedUrl } = options;
    if ((code === undefined) === (redirectedUrl === undefined))
      throw new UsageError('Give one of --code and --redirected-url.');
    const name = code === undefined ? 'redirectedUrl' : 'code';
    const given = code ?? redirectedUrl;
    const body = { [name]: given === '-' ? await secretFrom(terminal, { file: '-', name }) : given };
    const path = `/connections/${encodeURIComponent(args.id)}/exchange`;
    const answer = await api.call<ShownConnection>('POST', path, { body });
    show(answer, (one) => `Success! ${one.authenticatedUser} is signed in.\n${connectionText(one)}`);
  },
});
