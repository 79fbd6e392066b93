/** Provider, addresses and client of an application: a preset fills in what it knows, live. */
import { Anchor, Collapse, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Application } from '../../api/client.js';
import { boundField, type FieldsProps } from '../../parts/bound-field.js';
import { CopyField } from '../../parts/copy-field.js';
import { strings } from '../../strings/index.js';
import { type ApplicationDraft, filled, presetOf, type Surroundings } from './application-draft.js';

export interface ApplicationFieldsProps extends FieldsProps<ApplicationDraft> {
  around: Surroundings;
  /** As it is stored; absent: it is new. */
  stored: Application | undefined;
}

export function ApplicationFields(fields: ApplicationFieldsProps) {
  const { draft, set, around } = fields;
  const words = strings.applications.fields;
  const preset = presetOf(around, draft.provider);
  const choose = (provider: string): void => {
    const next = presetOf(around, provider);
    // A tenant that was typed stays, where it still means something.
    const isKept = next?.tenantRequired && next.tenant === undefined && draft.tenant !== preset?.tenant;
    set({ provider, tenant: isKept ? draft.tenant : (next?.tenant ?? '') });
  };
  const isManaged = draft.method === 'managedIdentity';
  return (
    <Stack gap="sm">
      <TextInput label={words.name} description={words.nameHint} required {...boundField(fields, 'name')} />
      <NativeSelect
        label={words.provider}
        data={around.providers.map(({ name, title }) => ({ value: name, label: title }))}
        value={draft.provider}
        onChange={(event) => choose(event.currentTarget.value)}
        error={fields.faults.get('/provider')}
      />
      {(preset?.tenantRequired || draft.tenant !== '' || fields.faults.has('/tenant')) && (
        <TextInput
          label={words.tenant}
          description={words.tenantHint}
          placeholder="00000000-0000-0000-0000-000000000000"
          required={preset?.tenantRequired ?? false}
          {...boundField(fields, 'tenant')}
        />
      )}
      <Addresses {...fields} />
      <TextInput
        label={words.clientId}
        description={isManaged ? words.identityClientIdHint : words.clientIdHint}
        required
        autoComplete="off"
        {...boundField(fields, 'clientId')}
      />
      <CopyField
        label={words.callbackUrl}
        description={words.callbackUrlHint}
        value={draft.callbackUrl.trim() || around.callbackUrl}
      />
    </Stack>
  );
}

const OVERRIDES = ['issuer', 'authUrl', 'accessTokenUrl', 'callbackUrl'] as const;

function Addresses(fields: ApplicationFieldsProps) {
  const { draft, around, faults } = fields;
  const words = strings.applications.fields;
  const preset = presetOf(around, draft.provider);
  const isCustom = preset?.issuer === undefined;
  const [isAsked, setIsAsked] = useState(() => OVERRIDES.some((name) => draft[name] !== ''));
  const isOpen = isAsked || OVERRIDES.some((name) => faults.has(`/${name}`));
  const scope = preset && [...new Set([...preset.scope.always, ...preset.scope.imap, ...preset.scope.smtp])];
  const shown = (url: 'authUrl' | 'accessTokenUrl'): string =>
    draft[url] || words.needsTenant(filled(preset?.[url], draft.tenant.trim()) ?? '');
  const hint = isCustom ? words.discovered : words.override;
  return (
    <>
      {isCustom ? (
        <>
          <TextInput
            label={words.issuer}
            description={words.issuerHint}
            required
            inputMode="url"
            {...boundField(fields, 'issuer')}
          />
          <TextInput label={words.authUrl} description={hint} {...boundField(fields, 'authUrl')} />
          <TextInput
            label={words.accessTokenUrl}
            description={hint}
            {...boundField(fields, 'accessTokenUrl')}
          />
        </>
      ) : (
        <>
          <CopyField label={words.authUrl} value={shown('authUrl')} />
          <CopyField label={words.accessTokenUrl} value={shown('accessTokenUrl')} />
          <CopyField label={words.scope} description={words.scopeHint} value={scope?.join(' ') ?? ''} />
        </>
      )}
      <Anchor
        component="button"
        type="button"
        size="sm"
        ta="left"
        aria-expanded={isOpen}
        onClick={() => setIsAsked(!isOpen)}
      >
        {strings.applications.advanced}
      </Anchor>
      <Collapse expanded={isOpen} keepMounted={false}>
        <Stack gap="sm">
          {!isCustom && (
            <>
              <TextInput label={words.issuer} description={hint} {...boundField(fields, 'issuer')} />
              <TextInput label={words.authUrl} description={hint} {...boundField(fields, 'authUrl')} />
              <TextInput
                label={words.accessTokenUrl}
                description={hint}
                {...boundField(fields, 'accessTokenUrl')}
              />
            </>
          )}
          <TextInput
            label={words.ownCallbackUrl}
            description={words.ownCallbackUrlHint}
            {...boundField(fields, 'callbackUrl')}
          />
        </Stack>
      </Collapse>
    </>
  );
}
