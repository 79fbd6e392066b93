/** mailgrant alert-channels test */
import { command } from '../../command.js';
import type { ShownProblem } from '../../failures.js';
import { problemText } from '../../problem-text.js';
import { paragraphs } from '../../text.js';

interface Tested {
  id: string;
  message: string | null;
  problem: ShownProblem | null;
}

export const testAlertChannel = command({
  name: 'alert-channels test',
  summary: 'Send a test alert over a channel.',
  args: { id: 'Id of the alert channel, ach_….' },
  notes: ['A webhook gets it signed, with the type alert.test; a mail is handed to its connector.'],
  async run({ args, api, show }) {
    const answer = await api.call<Tested>('POST', `/alert-channels/${encodeURIComponent(args.id)}/test`);
    show(answer, ({ id, message, problem }) =>
      paragraphs(
        message === null
          ? `The webhook confirmed the test alert ${id}.`
          : `The test alert is message ${message}; see it with: mailgrant messages show ${message}`,
        problem && problemText(problem),
      ),
    );
  },
});
