/** The link on which an administrator of the tenant consents for everybody. */
import { Anchor, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answerOf, api } from '../../api/client.js';
import { useMay } from '../../api/session.js';
import { BusyButton } from '../../parts/busy-button.js';
import { CopyField } from '../../parts/copy-field.js';
import { Section } from '../../parts/page.js';
import { RefusalPanel } from '../../parts/problem-panel.js';
import { strings } from '../../strings/index.js';

export function AdminConsent({ application }: { application: string }) {
  const words = strings.applications.consent;
  const mayAsk = useMay('operate');
  const link = useMutation({
    mutationFn: (appOnly: boolean) =>
      answerOf(
        api.POST('/api/v1/applications/{id}/admin-consent', {
          params: { path: { id: application } },
          body: { appOnly },
        }),
      ),
  });
  if (!mayAsk) return null;
  const url = link.data?.adminConsentUrl;
  return (
    <Section title={words.title}>
      <Text size="sm">{words.text}</Text>
      <Group>
        <BusyButton variant="default" isBusy={link.isPending} onClick={() => link.mutate(false)}>
          {words.get}
        </BusyButton>
        <BusyButton variant="default" isBusy={link.isPending} onClick={() => link.mutate(true)}>
          {words.getAppOnly}
        </BusyButton>
      </Group>
      <RefusalPanel error={link.error} />
      {url !== undefined && (
        <div role="status">
          <CopyField label={words.link} value={url} />
          <Anchor href={url} target="_blank" rel="noopener noreferrer" size="sm" underline="always">
            {words.open}
          </Anchor>
        </div>
      )}
    </Section>
  );
}
