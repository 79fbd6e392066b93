/** Around the fields of every form that saves a record: it is sent once, told why it was refused, and asked before it is left. */
import { Button, Group, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { strings } from '../strings/index.js';
import { BusyButton } from './busy-button.js';
import { RefusalPanel } from './problem-panel.js';

export interface RecordFormProps {
  /** For those who do not see where it begins. */
  label: string;
  /** On the button that saves. */
  act: string;
  isSaving: boolean;
  /** Nothing to save. */
  isUnchanged?: boolean;
  /** What the service refused it with. */
  error: unknown;
  onSubmit(): void;
  onCancel?: (() => void) | undefined;
  /** Beside the refusal: a way out of it. */
  wayOut?: ReactNode;
  children: ReactNode;
}

export function RecordForm(props: RecordFormProps) {
  const { label, act, isSaving, isUnchanged = false, error, onSubmit, onCancel, wayOut, children } = props;
  const form = useRef<HTMLFormElement>(null);
  // The first field that is refused is where the work goes on.
  useEffect(() => {
    if (error) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [error]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    // A form in a dialog stands within another one, by React's account.
    event.stopPropagation();
    if (!isSaving && !isUnchanged) onSubmit();
  };
  return (
    <form ref={form} onSubmit={submit} aria-label={label} noValidate>
      <Stack gap="md">
        {children}
        <RefusalPanel error={error}>{wayOut}</RefusalPanel>
        <Group justify="flex-end">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {strings.parts.cancel}
            </Button>
          )}
          <BusyButton type="submit" isBusy={isSaving} isIdle={isUnchanged}>
            {act}
          </BusyButton>
        </Group>
      </Stack>
    </form>
  );
}
