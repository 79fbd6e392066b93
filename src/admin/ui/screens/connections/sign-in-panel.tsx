/**
 * How a connection is signed in, and the button that does it: Get New Access Token; once a grant is held, Refresh Access
 * Token with "Sign in again" beside it. Each way in has a short path of its own; the page knows by itself how one ended.
 */
import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Connection } from '../../api/client.js';
import { connectionQuery } from '../../api/records.js';
import { useMay } from '../../api/session.js';
import { BusyButton } from '../../parts/busy-button.js';
import { ProblemPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';
import { AppOnlySetup } from './sign-in/app-only-setup.js';
import { Outcome, type Way } from './sign-in/outcome.js';
import { SignInState } from './sign-in/sign-in-state.js';
import { useBrowserSignIn } from './sign-in/use-browser-sign-in.js';
import { useDeviceSignIn } from './sign-in/use-device-sign-in.js';
import { useRefresh } from './sign-in/use-refresh.js';

export function SignInPanel({ connection: given }: { connection: Connection }) {
  const { data: connection = given } = useQuery(connectionQuery(given.id));
  const { problem, refreshProblem, warnings } = connection;
  return (
    <Stack gap="md">
      <SignInState connection={connection} />
      {problem && (
        <ProblemPanel problem={problem}>
          {connection.status === 'application-error' ? (
            <Button
              component={Link}
              to={`/applications/${connection.application}`}
              variant="default"
              size="xs"
            >
              {strings.signIn.toApplication}
            </Button>
          ) : undefined}
        </ProblemPanel>
      )}
      {refreshProblem && <ProblemPanel problem={refreshProblem} isWarning />}
      {warnings.map((warning) => (
        <ProblemPanel key={warning.code + warning.detail} problem={warning} isWarning />
      ))}
      {connection.authentication === 'basic' ? (
        <Text size="sm">{strings.signIn.basic}</Text>
      ) : (
        <Ways connection={connection} />
      )}
    </Stack>
  );
}

const isHeld = ({ status }: Connection): boolean => status === 'authorized' || status === 'application-error';

function Ways({ connection }: { connection: Connection }) {
  const { id, grant, tokenMode } = connection;
  const words = strings.signIn;
  const mayOperate = useMay('operate');
  const mayPasteTokens = useMay('admin');
  const isAppOnly = grant === 'clientCredentials';
  const startsHere = !isAppOnly && tokenMode === 'getAndRefresh';
  const [way, setWay] = useState<Way>();
  const browser = useBrowserSignIn(id);
  const device = useDeviceSignIn(id, startsHere && grant === 'deviceCode' && mayOperate);
  const refresh = useRefresh(id);
  if (!mayOperate) return <Text size="sm">{words.mayNot}</Text>;

  /** One way at a time: what another one came to is told no longer. */
  const begin = (next: Way): void => {
    browser.giveUp();
    device.forget();
    refresh.reset();
    setWay(next);
    if (next === 'browser' || next === 'paste') browser.start(next === 'browser');
    if (next === 'device') device.start();
    if (next === 'refresh') refresh.mutate();
  };
  const first: Way = isAppOnly ? 'refresh' : grant === 'deviceCode' ? 'device' : 'browser';
  const held = isHeld(connection);
  const others = (['browser', 'device', 'paste', 'tokens'] as const).filter(
    (each) => each !== first && (each !== 'tokens' || mayPasteTokens),
  );
  const takesTokens = !isAppOnly && !startsHere;
  const isBusy = browser.isOpening || device.isStarting;
  return (
    <>
      <div>
        <Group gap="sm">
          {held && tokenMode !== 'off' && (
            <BusyButton isBusy={refresh.isPending} onClick={() => begin('refresh')}>
              {words.refreshToken}
            </BusyButton>
          )}
          {!held && isAppOnly && (
            <BusyButton isBusy={refresh.isPending} onClick={() => begin('refresh')}>
              {words.getToken}
            </BusyButton>
          )}
          {startsHere && (
            <BusyButton isBusy={isBusy} variant={held ? 'default' : 'filled'} onClick={() => begin(first)}>
              {held ? words.again : words.getToken}
            </BusyButton>
          )}
          {startsHere && (
            <Menu position="bottom-start">
              <Menu.Target>
                <Button variant="subtle" rightSection={<IconChevronDown size={14} aria-hidden />}>
                  {words.others}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {others.map((each) => (
                  <Menu.Item key={each} onClick={() => begin(each)}>
                    {words.ways[each]}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
        {takesTokens && !mayPasteTokens && <Text size="sm">{words.mayNotPaste}</Text>}
        <Outcome
          {...{ connection, browser, device, refresh }}
          way={way ?? (device.device ? 'device' : undefined)}
          takesTokens={takesTokens && mayPasteTokens}
          setWay={setWay}
          begin={begin}
        />
      </div>
      {isAppOnly && <AppOnlySetup connection={id} isOpen={!held} />}
    </>
  );
}
