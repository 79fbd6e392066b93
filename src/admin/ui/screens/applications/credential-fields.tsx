/** How an application proves itself to the token endpoint: a way, and the fields that it needs. */
import { Alert, Fieldset, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { boundField, choices } from '../../parts/bound-field.js';
import { strings } from '../../strings/index.js';
import type { ApplicationFieldsProps } from './application-fields.js';
import { CertificateFields } from './certificate-fields.js';
import { METHODS, type Method } from './credential-draft.js';
import { SecretFields } from './secret-fields.js';

export function CredentialFields(fields: ApplicationFieldsProps) {
  const { draft, set, faults } = fields;
  const words = strings.applications.authentication;
  const at = '/clientAuth';
  const field = (name: 'file' | 'audience' | 'identityClientId') => ({
    label: words[name],
    description: words[`${name}Hint`],
    ...boundField(fields, name, `${at}/${name}`),
  });
  return (
    <Fieldset legend={words.title}>
      <Stack gap="sm">
        <NativeSelect
          label={words.method}
          data={METHODS.map((method) => ({ value: method, label: words.methods[method] }))}
          value={draft.method}
          onChange={(event) => set({ method: event.currentTarget.value as Method })}
          error={faults.get(at) ?? faults.get(`${at}/method`)}
        />
        {draft.method === 'clientSecret' && <SecretFields {...fields} />}
        {draft.method === 'certificate' && <CertificateFields {...fields} />}
        {draft.method === 'none' && <Text size="sm">{words.noneHint}</Text>}
        {draft.method === 'managedIdentity' && (
          <>
            <Alert color="yellow" variant="outline" role="note">
              {words.managedHint}
            </Alert>
            <NativeSelect
              label={words.identity}
              data={choices(words.identities)}
              {...boundField(fields, 'identity', `${at}/identity`)}
            />
          </>
        )}
        {draft.method === 'federatedCredential' && (
          <>
            <NativeSelect
              label={words.source}
              data={choices(words.sources)}
              {...boundField(fields, 'source', `${at}/source`)}
            />
            {draft.source === 'file' ? (
              <TextInput {...field('file')} />
            ) : (
              <TextInput {...field('identityClientId')} />
            )}
            <TextInput {...field('audience')} />
          </>
        )}
      </Stack>
    </Fieldset>
  );
}
