/** What the way in that was taken shows: what to do, that it waits, that it succeeded, or why it was refused. */
import { Stack, VisuallyHidden } from '@mantine/core';
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
  const giveUp = (): void => {
    browser.giveUp();
    device.forget();
    setWay(undefined);
  };
  const done = (): void => {
    browser.giveUp();
    setWay('done');
  };
  return (
    <Stack gap="md">
      {/* Always there, so that what comes into it is read aloud. */}
      <div role="status">
        {/* A grant that ended since is told by the connection itself. */}
        {isOver && connection.status === 'authorized' && <Success connection={connection} />}
        {way === 'browser' && started && !end && (
          <WaitingTab
            {...{ started, user: connection.user }}
            onPaste={() => setWay('paste')}
            onGiveUp={giveUp}
          />
        )}
        {waitingDevice && (
          <VisuallyHidden>{strings.signIn.device.told(waitingDevice.userCode)}</VisuallyHidden>
        )}
      </div>
      {waitingDevice && <DeviceCode connection={connection} device={waitingDevice} />}
      {way === 'paste' && started && end?.is !== 'done' && (
        <PasteRedirect
          {...{ connection, authorizationUrl: started.url }}
          refused={end?.problem}
          onDone={done}
          onCancel={giveUp}
        />
      )}
      {(takesTokens || way === 'tokens') && (
        <PasteTokens connection={connection} onDone={done} onCancel={takesTokens ? undefined : giveUp} />
      )}
      {way === 'device' && device.device?.state === 'failed' && (
        <DeviceRefused device={device.device} onAnew={() => begin('device')} />
      )}
      {way === 'browser' && end?.is === 'refused' && <ProblemPanel problem={end.problem} />}
      <RefusalPanel error={browser.error ?? device.error ?? refresh.error} />
    </Stack>
  );
}
