/** What stops a connector, with the button that mends it: a sign-in, a look at the application, or another try. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Connection, Connector } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { Section } from '../../parts/page.js';
import { ProblemPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';
import { SignInPanel } from '../connections/sign-in-panel.js';
import { useRuns } from './connector-acts.js';

export interface ConnectorProblemProps {
  connector: Connector;
  connection: Connection | undefined;
}

const SIGNED_OUT = new Set(['unauthorized', 'reauthorization-required']);
/** Problems of a connector's own that a sign-in mends, by the next step that they name. */
const MENDED_BY_SIGN_IN = new Set(['scope-missing']);

export function ConnectorProblem({ connector, connection }: ConnectorProblemProps) {
  const { problem, status } = connector.health;
  const isSignedOut = connection !== undefined && SIGNED_OUT.has(connection.status) && connector.enabled;
  if (isSignedOut)
    return (
      <Section title={strings.connectors.signIn}>
        <SignInPanel connection={connection} />
      </Section>
    );
  if (!problem) return null;
  const wantsSignIn = connection !== undefined && MENDED_BY_SIGN_IN.has(problem.code);
  return (
    <>
      <ProblemPanel problem={problem}>
        {connection?.status === 'application-error' && connection.application !== undefined ? (
          <Button component={Link} to={`/applications/${connection.application}`} size="xs">
            {strings.connectors.acts.openApplication}
          </Button>
        ) : (
          <TryAgain connector={connector} isWaiting={status === 'waiting'} />
        )}
      </ProblemPanel>
      {wantsSignIn && (
        <Section title={strings.connectors.signIn}>
          <SignInPanel connection={connection} />
        </Section>
      )}
    </>
  );
}

function TryAgain({ connector, isWaiting }: { connector: Connector; isWaiting: boolean }) {
  const { reset } = useRuns(connector);
  const mayOperate = useMay('operate');
  // Told to wait until a time: another try before would be refused the same way.
  if (!mayOperate || !connector.enabled || isWaiting) return null;
  return (
    <Button size="xs" loading={reset.isPending} onClick={() => reset.mutate()}>
      {strings.connectors.acts.reset}
    </Button>
  );
}
