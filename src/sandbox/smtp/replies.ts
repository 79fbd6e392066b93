/** What Exchange Online answers at submission, word for word (EXCHANGE-ONLINE.md §5). */
const HOST = 'SANDBOX.prod.outlook.example';
const PLACE = `[${HOST}]`;

export const REPLIES = {
  greeting: `220 ${HOST} Microsoft ESMTP MAIL Service ready`,
  quit: '221 2.0.0 Service closing transmission channel',
  reset: '250 2.0.0 Resetting',
  noop: '250 2.0.0 OK',
  signedIn: '235 2.7.0 Authentication successful',
  signInRefused: `535 5.7.3 Authentication unsuccessful ${PLACE}`,
  basicRefused: '550 5.7.30 Basic authentication is not supported for Client Submission.',
  notSignedIn: `530 5.7.57 Client not authenticated to send mail. ${PLACE}`,
  mechanismUnknown: '504 5.7.4 Unrecognized authentication type',
  senderOk: '250 2.1.0 Sender OK',
  recipientOk: '250 2.1.5 Recipient OK',
  startContent: '354 Start mail input; end with <CRLF>.<CRLF>',
  badSequence: '503 5.5.1 Bad sequence of commands',
  badArguments: '501 5.5.4 Invalid arguments',
  unknownCommand: '500 5.3.3 Unrecognized command',
  tooLarge: '552 5.3.4 Message size exceeds fixed maximum message size',
  tooManyRecipients: '452 4.5.3 Too many recipients',
  bareLineFeed: `550 5.6.11 SMTPSEND.BareLinefeedsAreIllegal; message contains bare linefeeds, which cannot be sent via DATA ${PLACE}`,
  tooManyConnections: `432 4.3.2 Concurrent connections limit exceeded. Visit https://aka.ms/concurrent_sending for more information. [Hostname=${HOST}]`,
  tooFast: `432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded [Hostname=${HOST}]`,
} as const;

export const accepted = (messageId: string): string => `250 2.0.0 OK ${messageId} [Hostname=${HOST}]`;

/** @param signedIn the account, @param from the address that it may not use */
export const sendAsDenied = (signedIn: string, from: string): string =>
  `554 5.2.252 SendAsDenied; ${signedIn} not allowed to send as ${from}; STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; Failed to process message due to a permanent exception with message [BeginDiagnosticData]Cannot submit message. 0.35250:0A00C984[EndDiagnosticData] [Hostname=${HOST}]`;

/** The host name in Message-IDs of the server's own. */
export const MESSAGE_ID_HOST = HOST;
