/** A value to be pasted elsewhere, with a button that copies it. */
import { ActionIcon, CopyButton, TextInput, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { strings } from '../strings/index.js';

export function CopyField({
  label,
  value,
  description,
}: {
  label: string;
  value: string;
  description?: string;
}) {
  return (
    <TextInput
      label={label}
      value={value}
      readOnly
      {...(description !== undefined && { description })}
      rightSection={<CopyAction value={value} what={label} />}
    />
  );
}

/** @param props `what` it is, for those who do not see the field */
export function CopyAction({ value, what }: { value: string; what: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? strings.parts.copied : strings.parts.copy} withArrow>
          <ActionIcon variant="subtle" onClick={copy} aria-label={`${strings.parts.copy} ${what}`}>
            {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
