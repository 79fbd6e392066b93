/** One alert channel as a terminal shows it. */
import { problemText } from '../../problem-text.js';
import type { ShownAlertChannel } from '../../shown.js';
import { fields, paragraphs, time } from '../../text.js';

/** Where it tells: the URL, or the addresses. */
export const placeOf = (one: ShownAlertChannel): string | undefined => one.url ?? one.to?.join(', ');

export const alertChannelText = (one: ShownAlertChannel): string =>
  paragraphs(
    fields({
      Id: one.id,
      Name: one.name,
      Type: one.type,
      To: placeOf(one),
      Connector: one.connector,
      Enabled: one.enabled ? 'yes' : 'no',
      'From severity': one.minimumSeverity,
      'Only kinds': one.only?.join(', '),
      'Last told': time(one.delivery.lastSuccessAt),
      Waiting: one.delivery.waiting,
      'Next attempt': time(one.delivery.nextAttemptAt),
      'Last mail': one.delivery.message,
      Version: one.version,
    }),
    one.delivery.problem && problemText(one.delivery.problem),
  );
