/** A secret that is shown this one time: it is closed by its button, once it was copied. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { CopyField } from '../../parts/copy-field.js';
import { useModalHold } from '../../parts/form-modal.js';
import { strings } from '../../strings/index.js';

export interface ShownOnceProps {
  text: string;
  label: string;
  secret: string;
  onClose(): void;
  /** What else is to be known of it. */
  children?: ReactNode;
}

export function ShownOnce({ text, label, secret, onClose, children }: ShownOnceProps) {
  useModalHold(true);
  const place = useRef<HTMLDivElement>(null);
  // The button that made it is gone, and the focus with it.
  useEffect(() => place.current?.querySelector('input')?.focus(), []);
  return (
    <Stack ref={place}>
      <Text size="sm">{text}</Text>
      <CopyField label={label} value={secret} />
      {children}
      <Group justify="flex-end">
        <Button onClick={onClose}>{strings.people.haveIt}</Button>
      </Group>
    </Stack>
  );
}
