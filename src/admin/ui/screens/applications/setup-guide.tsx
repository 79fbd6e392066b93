/** The set-up at the provider, beside the form: in Entra step by step, with the values to paste both ways. */
import { Anchor, Code, Group, List, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyAction, CopyField } from '../../parts/copy-field.js';
import { Section } from '../../parts/page.js';
import { strings } from '../../strings/index.js';
import { type ApplicationDraft, presetOf, type Surroundings } from './application-draft.js';

/** Names of the permissions, as Entra lists them. */
const DELEGATED = ['IMAP.AccessAsUser.All', 'SMTP.Send', 'offline_access', 'openid', 'profile', 'email'];
const APPLICATION = ['IMAP.AccessAsApp', 'SMTP.SendAsApp'];

export function SetupGuide({ draft, around }: { draft: ApplicationDraft; around: Surroundings }) {
  const words = strings.applications;
  const preset = presetOf(around, draft.provider);
  const callbackUrl = draft.callbackUrl.trim() || around.callbackUrl;
  const hint = words.other.hints[draft.provider];
  if (preset?.hasAdminConsent)
    return draft.method === 'managedIdentity' ? (
      <ManagedIdentityGuide />
    ) : (
      <EntraGuide {...{ draft, callbackUrl }} />
    );
  return (
    <Section title={words.other.title}>
      <Text size="sm">{words.other.text}</Text>
      <CopyField label={words.guide.values.callbackUrl} value={callbackUrl} />
      {hint !== undefined && <Text size="sm">{hint}</Text>}
    </Section>
  );
}

function EntraGuide({ draft, callbackUrl }: { draft: ApplicationDraft; callbackUrl: string }) {
  const words = strings.applications.guide;
  const method = draft.method === 'managedIdentity' ? 'none' : draft.method;
  const credential = words.credential[method];
  const isPublic = method === 'none';
  return (
    <Section title={words.title}>
      <Text size="sm">
        {words.intro}{' '}
        <Anchor
          href="https://entra.microsoft.com/"
          target="_blank"
          rel="noopener noreferrer"
          size="sm"
          underline="always"
        >
          entra.microsoft.com
        </Anchor>
      </Text>
      <List type="ordered" size="sm" spacing="md" withPadding={false} pr="xs">
        <Step title={words.register.title}>
          <Text size="sm">{words.register.text}</Text>
          <Text size="sm">{isPublic ? words.redirect.public : words.redirect.web}</Text>
          <CopyField label={words.values.callbackUrl} value={callbackUrl} />
          <Text size="sm">{words.ids}</Text>
        </Step>
        <Step title={words.permissions.title}>
          <Text size="sm">{words.permissions.text}</Text>
          <Permissions names={DELEGATED} />
          <Text size="sm">{words.permissions.appOnly}</Text>
          <Permissions names={APPLICATION} />
          <Text size="sm">{words.permissions.consent}</Text>
        </Step>
        <Step title={credential.title}>
          <Text size="sm">{credential.text}</Text>
          {method === 'federatedCredential' && (
            <CopyField
              label={words.values.audience}
              value={draft.audience.trim() || 'api://AzureADTokenExchange'}
            />
          )}
        </Step>
      </List>
      {!isPublic && <Text size="sm">{words.device}</Text>}
    </Section>
  );
}

function ManagedIdentityGuide() {
  const words = strings.applications.guide;
  return (
    <Section title={words.title}>
      <Text size="sm">{words.managed.intro}</Text>
      <Text size="sm">{words.managed.system}</Text>
    </Section>
  );
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <List.Item>
      <Stack gap={6}>
        <Text size="sm" fw={600}>
          {title}
        </Text>
        {children}
      </Stack>
    </List.Item>
  );
}

/** Entra's page takes one name at a time in its search. */
function Permissions({ names }: { names: readonly string[] }) {
  return (
    <Group gap={4}>
      {names.map((name) => (
        <Group key={name} gap={0} wrap="nowrap">
          <Code>{name}</Code>
          <CopyAction value={name} what={name} />
        </Group>
      ))}
    </Group>
  );
}
