/** Problems that alerts tell of beside those that records hold, and those of alert channels themselves. */
import { definitions } from './definition.js';

export const alertProblems = definitions({
  'refresh-failing': {
    title: 'Refreshing fails for {count} of {application}',
    detail:
      'The last answers were no usable ones ({reason}). The grants stay; {ended} of the access tokens have ended meanwhile.',
    owner: 'nobody',
    next: 'Wait where it is an outage of the provider: Mailgrant tries on. If it lasts, look at the server’s words and at the way from here to the token endpoint.',
    verdict: 'retry',
    reach: 'application',
    httpStatus: 503,
  },
  'messages-quarantined': {
    title: '{count} of {connector} in quarantine',
    detail:
      'The destination refused them as often as maxAttempts allows. They stay in the mailbox, untouched, and the others go on.',
    owner: 'service-admin',
    next: 'Look at the problem of each message, mend the destination, and redeliver them.',
    verdict: 'hold',
    reach: 'message',
    httpStatus: 409,
  },
  'connector-failing': {
    title: '{connector} fails',
    detail: 'Its last {failures} runs failed; the last success was {lastSuccess}.',
    owner: 'service-admin',
    next: 'Look at the connector and its log; run it now once its cause is mended.',
    verdict: 'retry',
    reach: 'connector',
    httpStatus: 503,
  },
  'redis-unsafe': {
    title: 'Redis may lose what is stored',
    detail: '{what}',
    owner: 'service-admin',
    next: 'Set appendonly yes, appendfsync always and maxmemory-policy noeviction at the Redis server, and restart Mailgrant.',
    verdict: 'retry',
    reach: 'service',
    httpStatus: 503,
  },
  'alert-channel-unreachable': {
    title: 'The alert webhook cannot be reached',
    detail: '{url} could not be reached: {what}. {waiting} wait for it.',
    owner: 'service-admin',
    next: 'Check that the receiver is up and reachable from here. Mailgrant tries again by itself, and tells everything in its order.',
    verdict: 'retry',
    reach: 'service',
    httpStatus: 502,
  },
  'alert-channel-refused': {
    title: 'The alert webhook refuses',
    detail: '{url} answered {status}. {waiting} wait for it.',
    owner: 'service-admin',
    next: 'Check the URL and the secret at both ends. Mailgrant tries again by itself, and tells everything in its order.',
    verdict: 'retry',
    reach: 'service',
    httpStatus: 502,
  },
  'alert-mail-refused': {
    title: 'The connector takes no alert mail',
    detail: '{connector} refused the mail: {what}',
    owner: 'service-admin',
    next: 'Give the alert channel another Email Send connector and valid addresses. Mailgrant tries again by itself.',
    verdict: 'retry',
    reach: 'service',
    httpStatus: 502,
  },
  'alert-mail-held': {
    title: 'Alert mails wait with their own connection',
    detail:
      '{connector} cannot send: its connection {connection} needs a person itself. The mails are in its outbox, held, and go out when it is mended.',
    owner: 'service-admin',
    next: 'Mend that connection. Have a webhook as alert channel beside the mail: it tells what the mail cannot.',
    verdict: 'hold',
    reach: 'service',
    httpStatus: 409,
  },
  'alert-mail-failed': {
    title: 'The last alert mail was not sent',
    detail: 'Message {message} of {connector}: {what}',
    owner: 'service-admin',
    next: 'Look at the message and its transaction log; correct the addresses of the channel, or give it another connector.',
    verdict: 'retry',
    reach: 'service',
    httpStatus: 502,
  },
});
