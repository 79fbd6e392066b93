/** A secret: never shown by the service; left empty, the one that is stored stays. */
import { Button, Group, PasswordInput, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { strings } from '../../strings/index.js';
import { CopyAction } from '../copy-field.js';
import { newWebhookSecret } from '../webhook-secret.js';
import { type FieldProps, useField, useSettingsForm } from './form-context.js';

export function SecretField(props: FieldProps) {
  const { value, set, isReadOnly, about } = useField(props);
  const { keptSecrets } = useSettingsForm();
  const [made, setMade] = useState<string>();
  const [isShown, setIsShown] = useState(false);
  const isKept = keptSecrets.includes(props.pointer);
  const words = strings.schemaForm;
  const text = typeof value === 'string' ? value : '';
  const { required, ...rest } = about;
  const make = (): void => {
    const secret = newWebhookSecret();
    setMade(secret);
    setIsShown(true);
    set(secret);
  };
  return (
    <>
      <PasswordInput
        {...rest}
        {...(required && !isKept && { required: true })}
        value={text}
        onChange={({ currentTarget }) => set(currentTarget.value === '' ? undefined : currentTarget.value)}
        placeholder={isKept ? words.secretKept : ''}
        visible={isShown}
        onVisibilityChange={setIsShown}
        visibilityToggleButtonProps={{ 'aria-label': words.secretShow, tabIndex: 0 }}
        // The library tells it of the frame around the input alone.
        aria-invalid={about.error !== undefined}
        autoComplete="new-password"
        readOnly={isReadOnly}
      />
      {props.schema.kind === 'webhookSecret' && !isReadOnly && (
        <Group gap="xs" mt={6}>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconKey size={14} aria-hidden />}
            onClick={make}
          >
            {words.secretMake}
          </Button>
          {text !== '' && text === made && (
            <>
              <CopyAction value={text} what={about.label} />
              <Text size="sm" role="status">
                {words.secretMade}
              </Text>
            </>
          )}
        </Group>
      )}
    </>
  );
}
