/** One message: where it stands and what to do about it, every attempt with the server's own words, and what is in it. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { ApiProblem, type Message } from '../../api/client.js';
import { messageQuery } from '../../api/records.js';
import { Loaded, Page, Section } from '../../parts/page.js';
import { ProblemPanel, RefusalPanel } from '../../parts/problem-panel.js';
import { StatusBadge } from '../../parts/status-badge.js';
import { strings } from '../../strings/index.js';
import { MessageActs, useMessageAct } from './message-acts.js';
import { MessageContent } from './message-content.js';
import { MessageFacts } from './message-facts.js';
import { RefusedRecipients } from './refused-recipients.js';
import { TransactionLog } from './transaction-log.js';

export function MessageScreen() {
  const { id = '' } = useParams({ strict: false });
  return <OneMessage key={id} id={id} />;
}

function OneMessage({ id }: { id: string }) {
  const words = strings.messages;
  const query = useQuery(messageQuery(id));
  const doing = useMessageAct(id);
  const { data } = query;
  const title = data ? data.subject || words.noSubject : words.message.title;
  return (
    <Page
      title={title}
      beside={data && <StatusBadge status={data.status} />}
      actions={data && <MessageActs message={data} doing={doing} />}
    >
      <Loaded query={query}>
        {(message) => (
          <>
            {isElsewhere(doing.error, message) && <RefusalPanel error={doing.error} />}
            {message.problem && <ProblemPanel problem={message.problem} />}
            <RefusedRecipients message={message} />
            <Section title={words.message.facts}>
              <MessageFacts message={message} />
            </Section>
            <Section title={words.log.title}>
              <TransactionLog message={message} />
            </Section>
            <Section title={words.content.title}>
              <MessageContent message={message} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

/** What an act was refused with is told once, where it is the message's own problem by now. */
const isElsewhere = (error: unknown, { problem }: Message): boolean =>
  !(error instanceof ApiProblem && error.problem.code === problem?.code);
