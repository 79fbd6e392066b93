/** Client Secret and, for rotation without a gap, a second one; each with the date that it ends on. */
import { Anchor, Group, NativeSelect, PasswordInput, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { boundField, choices } from '../../parts/bound-field.js';
import { strings } from '../../strings/index.js';
import type { ApplicationFieldsProps } from './application-fields.js';

const at = '/clientAuth';

export function SecretFields(fields: ApplicationFieldsProps) {
  const { draft, stored, faults } = fields;
  const words = strings.applications.authentication;
  const held = stored?.clientAuth.method === 'clientSecret' ? stored.clientAuth : undefined;
  const hasSecond = held?.secondSecret !== undefined;
  const [isAsked, setIsAsked] = useState(hasSecond);
  const isOpen =
    isAsked || hasSecond || faults.has(`${at}/secondClientSecret`) || faults.has(`${at}/secondExpiresAt`);
  return (
    <>
      <Group grow align="flex-start" preventGrowOverflow={false}>
        <PasswordInput
          label={words.clientSecret}
          description={held ? words.kept : words.clientSecretHint}
          required={!held}
          autoComplete="off"
          miw={220}
          {...boundField(fields, 'clientSecret', `${at}/clientSecret`)}
        />
        <TextInput
          type="date"
          label={words.expiresAt}
          description={words.expiresAtHint}
          miw={160}
          {...boundField(fields, 'expiresAt', `${at}/expiresAt`)}
        />
      </Group>
      {held?.secondSecret === 'inUse' && (
        <Text size="sm" c="yellow">
          {words.secondInUse}
        </Text>
      )}
      {hasSecond && (
        <NativeSelect
          label={words.secondAct}
          data={choices(words.secondActs)}
          {...boundField(fields, 'secondAct')}
        />
      )}
      {isOpen ? (
        draft.secondAct === 'keep' && (
          <Group grow align="flex-start" preventGrowOverflow={false}>
            <PasswordInput
              label={words.secondClientSecret}
              description={hasSecond ? words.kept : words.secondClientSecretHint}
              autoComplete="off"
              miw={220}
              {...boundField(fields, 'secondClientSecret', `${at}/secondClientSecret`)}
            />
            <TextInput
              type="date"
              label={words.secondExpiresAt}
              description={words.expiresAtHint}
              miw={160}
              {...boundField(fields, 'secondExpiresAt', `${at}/secondExpiresAt`)}
            />
          </Group>
        )
      ) : (
        <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setIsAsked(true)}>
          {words.addSecond}
        </Anchor>
      )}
      <NativeSelect
        label={words.transport}
        data={choices(words.transports)}
        {...boundField(fields, 'transport', `${at}/transport`)}
      />
    </>
  );
}
