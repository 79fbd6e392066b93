/** What a refused sign-in stands for, from what is known of the grant beyond the server's words (EXCHANGE-ONLINE.md §7: 1, 3, 6). */
import type { MailContext } from '../../src/contract/connector-type.js';
import { powershellText } from '../../src/contract/powershell-text.js';
import { type Problem, ProblemError, problem } from '../../src/contract/problem.js';

/**
 * @param thrown of a sign-in whose token was fresh; anything but a refused token is returned as it is
 * @param attempt the server, and the SASL user name that was tried
 * @returns what to throw
 */
export async function explainedRefusal(
  context: MailContext,
  thrown: unknown,
  attempt: { host: string; triedAs: string },
): Promise<unknown> {
  if (!(thrown instanceof ProblemError)) return thrown;
  const { code, serverWords = 'it was refused', foreign } = thrown.problem;
  if (code !== 'imap-sign-in-refused' && code !== 'smtp-sign-in-refused') return thrown;
  const said = { serverWords, ...(foreign && { foreign }) };
  const found = await causeOf(context, { ...attempt, isSmtp: code === 'smtp-sign-in-refused', said });
  return found ? new ProblemError(found, thrown.cause) : thrown;
}

interface Refusal {
  host: string;
  triedAs: string;
  isSmtp: boolean;
  said: { serverWords: string; foreign?: Problem['foreign'] };
}

async function causeOf(
  { user, identity, clientId, graphScopes = [], lastReceivedAt }: MailContext,
  { host, triedAs, isSmtp, said }: Refusal,
): Promise<Problem | undefined> {
  const mailbox = powershellText(user);
  if (graphScopes.length > 0) {
    const granted = graphScopes.join(' ');
    return problem('grant-for-graph', { with: { user, granted, what: said.serverWords }, ...said });
  }
  if (identity === 'application') {
    const id = clientId ?? 'CLIENT-ID';
    return problem('app-only-refused', {
      with: { host, user, clientId: id, applicationId: powershellText(id), mailbox },
      ...said,
    });
  }
  const isReceiving = isSmtp && (await lastReceivedAt?.()) !== undefined;
  return isReceiving
    ? problem('smtp-wants-upn', { with: { user, mailbox, signedIn: triedAs }, ...said })
    : undefined;
}
