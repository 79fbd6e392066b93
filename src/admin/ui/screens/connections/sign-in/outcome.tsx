/** What the way in that was taken shows: what to do, that it waits, that it succeeded, or why it was refused. */
import { Box, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Connection } from '../../../api/client.js';
import { ProblemPanel, RefusalPanel } from '../../../parts/problem-panel.js';
import { strings } from '../../../strings/index.js';
import { DeviceCode, DeviceRefused } from './device-sign-in.js';
import { PasteRedirect } from './paste-redirect.js';
import { PasteTokens } from './paste-tokens.js';
import { Success } from './success.js';
import type { BrowserSignIn } from './use-browser-sign-in.js';
import type { DeviceFollowed } from './use-device-sign-in.js';
import type { useRefresh } from './use-refresh.js';
import { WaitingTab } from './waiting-tab.js';

export type Way = 'browser' | 'paste' | 'device' | 'tokens' | 'refresh' | 'done';

export interface OutcomeProps {
  connection: Connection;
  way: Way | undefined;
  browser: BrowserSignIn;
  device: DeviceFollowed;
  refresh: ReturnType<typeof useRefresh>;
  /** Tokens are pasted, and nothing else. */
  takesTokens: boolean;
  setWay(way: Way | undefined): void;
  begin(way: Way): void;
}

export function Outcome(props: OutcomeProps) {
  const { connection, way, browser, device, refresh, takesTokens, setWay, begin } = props;
  const { started, end } = browser;
  const isOver =
    way === 'done' ||
    (way === 'refresh' && refresh.isSuccess) ||
    ((way === 'browser' || way === 'paste') && end?.is === 'done') ||
    (way === 'device' && device.device?.state === 'signed-in');
  const waitingDevice = way === 'device' && device.device?.state === 'waiting' ? device.device : undefined;
  const error = browser.error ?? device.error ?? refresh.error;
  const giveUp = (): void => {
    browser.giveUp();
    device.forget();
    setWay(undefined);
  };
  const done = (): void => {
    browser.giveUp();
    setWay('done');
  };
  const live =
    // A grant that ended since is told by the connection itself.
    isOver && connection.status === 'authorized' ? (
      <Success connection={connection} />
    ) : way === 'browser' && started && !end ? (
      <WaitingTab {...{ started, user: connection.user }} onPaste={() => setWay('paste')} onGiveUp={giveUp} />
    ) : undefined;
  return (
    <div>
      {/* Always there, so that what comes into it is read aloud. */}
      <div role="status">
        {live && <Box mt="md">{live}</Box>}
        {waitingDevice && (
          <VisuallyHidden>{strings.signIn.device.told(waitingDevice.userCode)}</VisuallyHidden>
        )}
      </div>
      <Below isShown={waitingDevice !== undefined}>
        {waitingDevice && <DeviceCode connection={connection} device={waitingDevice} />}
      </Below>
      <Below isShown={way === 'paste' && started !== undefined && end?.is !== 'done'}>
        <PasteRedirect
          {...{ connection, authorizationUrl: started?.url ?? '' }}
          refused={end?.is === 'refused' ? end.problem : undefined}
          onDone={done}
          onCancel={giveUp}
        />
      </Below>
      <Below isShown={takesTokens || way === 'tokens'}>
        <PasteTokens connection={connection} onDone={done} onCancel={takesTokens ? undefined : giveUp} />
      </Below>
      <Below isShown={way === 'device' && device.device?.state === 'failed'}>
        {device.device && <DeviceRefused device={device.device} onAnew={() => begin('device')} />}
      </Below>
      <Below isShown={way === 'browser' && end?.is === 'refused'}>
        {end?.is === 'refused' && <ProblemPanel problem={end.problem} />}
      </Below>
      <Below isShown={Boolean(error)}>
        <RefusalPanel error={error} />
      </Below>
    </div>
  );
}

/** With room above it, where there is something. */
function Below({ isShown, children }: { isShown: boolean; children: ReactNode }) {
  return isShown && <Box mt="md">{children}</Box>;
}
