/** The fields of a connection: whose mailbox, how it is signed in, and where its mail servers are. */
import {
  Checkbox,
  Fieldset,
  Group,
  NativeSelect,
  PasswordInput,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { boundField, choices as optionsOf } from '../../parts/bound-field.js';
import { strings } from '../../strings/index.js';
import { ApplicationChoice } from './application-choice.js';
import { type ConnectionFieldsProps, providerOf } from './connection-choices.js';
import { askedScope, type Protocol, TLS_TYPES } from './connection-draft.js';

export function ConnectionFields(fields: ConnectionFieldsProps) {
  const { draft, faults } = fields;
  const words = strings.connections.fields;
  const isBasic = draft.authentication === 'basic';
  return (
    <>
      <TextInput label={words.name} description={words.nameHint} required {...boundField(fields, 'name')} />
      <TextInput
        label={words.user}
        description={words.userHint}
        required
        inputMode="email"
        autoComplete="off"
        {...boundField(fields, 'user')}
      />
      <NativeSelect
        label={words.authentication}
        description={isBasic ? words.basicHint : undefined}
        data={optionsOf(words.authentications)}
        {...boundField(fields, 'authentication')}
      />
      {isBasic ? (
        <PasswordInput
          label={words.password}
          description={fields.hadPassword ? words.passwordKept : words.passwordHint}
          required={!fields.hadPassword}
          autoComplete="off"
          {...boundField(fields, 'password', faults.has('/basic') ? '/basic' : '/basic/password')}
        />
      ) : (
        <>
          <ApplicationChoice {...fields} />
          <GrantFields {...fields} />
        </>
      )}
      <EndpointFields {...fields} protocol="imap" />
      <EndpointFields {...fields} protocol="smtp" />
    </>
  );
}

function GrantFields(fields: ConnectionFieldsProps) {
  const { draft, choices } = fields;
  const words = strings.connections.fields;
  const provider = providerOf(choices, draft.application);
  const asked = askedScope(draft, provider);
  // A provider without app-only refuses it; one that is stored stays to be seen.
  const grants = optionsOf(words.grants).filter(
    ({ value }) => value !== 'clientCredentials' || provider?.scope.appOnly !== null || draft.grant === value,
  );
  const isAppOnly = draft.grant === 'clientCredentials';
  return (
    <>
      <NativeSelect label={words.grant} data={grants} {...boundField(fields, 'grant')} />
      {!isAppOnly && (
        <NativeSelect
          label={words.tokenMode}
          data={optionsOf(words.tokenModes)}
          {...boundField(fields, 'tokenMode')}
        />
      )}
      <div>
        <TextInput label={words.scope} description={words.scopeHint} {...boundField(fields, 'scope')} />
        {asked.length > 0 && (
          <Text size="xs" c="dimmed" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {words.scopeAsked} {asked.join(' ')}
          </Text>
        )}
      </div>
    </>
  );
}

function EndpointFields({ protocol, ...fields }: ConnectionFieldsProps & { protocol: Protocol }) {
  const { draft, set, faults } = fields;
  const words = strings.connections.fields;
  const endpoint = draft[protocol];
  const change = (part: Partial<typeof endpoint>): void => set({ [protocol]: { ...endpoint, ...part } });
  const fault = (name: string) => faults.get(`/${protocol}/${name}`);
  return (
    <Fieldset legend={words[protocol]}>
      <Stack gap="sm">
        <Checkbox
          label={words.isOn[protocol]}
          checked={endpoint.isOn}
          onChange={(event) => change({ isOn: event.currentTarget.checked })}
          error={faults.get(`/${protocol}`)}
        />
        {endpoint.isOn && (
          <Group align="flex-start" gap="sm">
            <TextInput
              label={words.host}
              aria-label={words.endpointOf(protocol, words.host)}
              required
              flex="1 1 220px"
              value={endpoint.host}
              onChange={(event) => change({ host: event.currentTarget.value })}
              error={fault('host')}
            />
            <TextInput
              label={words.port}
              aria-label={words.endpointOf(protocol, words.port)}
              inputMode="numeric"
              w={90}
              value={endpoint.port}
              onChange={(event) => change({ port: event.currentTarget.value })}
              error={fault('port')}
            />
            <NativeSelect
              label={words.tlsType}
              aria-label={words.endpointOf(protocol, words.tlsType)}
              data={[...TLS_TYPES]}
              w={140}
              value={endpoint.tlsType}
              onChange={(event) => change({ tlsType: event.currentTarget.value })}
              error={fault('tlsType')}
            />
          </Group>
        )}
      </Stack>
    </Fieldset>
  );
}
