/** A sign-in with a code on another device: the code, the page to enter it on, the time left, and how it stands. */
import { Anchor, Button, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { Connection, DeviceSignIn as Device } from '../../../api/client.js';
import { CopyAction, CopyField } from '../../../parts/copy-field.js';
import { ProblemPanel } from '../../../parts/problem-panel.js';
import { strings } from '../../../strings/index.js';

export interface DeviceCodeProps {
  connection: Connection;
  device: Device;
}

export function DeviceCode({ connection, device }: DeviceCodeProps) {
  const words = strings.signIn.device;
  const { userCode = '', verificationUri = '', verificationUriComplete, expiresAt, problem } = device;
  return (
    <Paper withBorder p="md" component="section" aria-label={words.title} data-sign-in="waiting">
      <Stack gap="sm">
        <Text size="sm">{words.text(connection.user)}</Text>
        <Group gap="xs" align="center">
          <Text ff="monospace" fz={32} fw={700} lh={1.2} data-device-code={userCode}>
            {userCode}
          </Text>
          <CopyAction value={userCode} what={words.code} />
        </Group>
        <CopyField label={words.page} value={verificationUri} />
        <Group gap="md">
          <Anchor
            href={verificationUriComplete ?? verificationUri}
            target="_blank"
            rel="noopener noreferrer"
            size="sm"
            underline="always"
          >
            {words.open}
          </Anchor>
          {expiresAt !== undefined && (
            <Text size="sm" role="timer">
              {words.left} <TimeLeft until={expiresAt} />
            </Text>
          )}
        </Group>
        <Group gap="xs">
          <Loader size={16} aria-hidden />
          <Text size="sm">{words.waiting}</Text>
        </Group>
        {problem && <ProblemPanel problem={problem} isWarning />}
      </Stack>
    </Paper>
  );
}

const SECOND_MS = 1_000;

/** @param props `until` ISO 8601 */
function TimeLeft({ until }: { until: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.round((Date.parse(until) - now) / SECOND_MS));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** It ended without a sign-in. */
export function DeviceRefused({ device, onAnew }: { device: Device; onAnew(): void }) {
  if (!device.problem) return null;
  return (
    <ProblemPanel problem={device.problem}>
      <Button variant="default" size="xs" onClick={onAnew}>
        {strings.signIn.device.anew}
      </Button>
    </ProblemPanel>
  );
}
