/** What is in a message: fetched when somebody asks for it, since that is written down, and may need the mailbox. */
import { Anchor, Button, Group, Stack, Tabs, Text } from '@mantine/core';
import { IconDownload, IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { answerOf, api, type Message } from '../../api/client.js';
import { queryKeys } from '../../api/keys.js';
import type { MessageContent as Content } from '../../api/schema.js';
import { useMay } from '../../api/session.js';
import { Loading, ReadFailed } from '../../parts/page.js';
import type { Search } from '../../routes.js';
import { strings } from '../../strings/index.js';
import { AttachmentList } from './attachment-list.js';
import { HeaderTable } from './header-table.js';
import { MessagePreview } from './message-preview.js';
import { MessageText } from './message-text.js';

/** Looked at again within this, it is not fetched again. */
const KEPT_MS = 5 * 60_000;

const TABS = ['preview', 'text', 'headers', 'attachments'] as const;
type Tab = (typeof TABS)[number];

export function MessageContent({ message: { id, direction } }: { message: Message }) {
  const words = strings.messages.content;
  const may = useMay('operate');
  const { content: shown } = useSearch({ strict: false });
  const navigate = useNavigate();
  const show = (tab: string | null): void =>
    void navigate({
      to: '.',
      search: (before: Search) => ({ ...before, content: tab ?? undefined }),
      replace: true,
      resetScroll: false,
    });
  // Not under `messages`: what happens to a message does not change what is in it.
  const query = useQuery({
    queryKey: queryKeys.messageContent(id),
    queryFn: () => answerOf(api.GET('/api/v1/messages/{id}/content', { params: { path: { id } } })),
    // What failed is tried again by a person alone.
    enabled: ({ state }) => may && shown !== undefined && state.status !== 'error',
    // It does not change, and each fetch is written down in the name of who looks: not even "everything" reads it anew.
    staleTime: 'static',
    gcTime: KEPT_MS,
    retry: false,
  });
  if (!may)
    return (
      <Text size="sm" c="dimmed">
        {words.mayNot}
      </Text>
    );
  if (shown === undefined)
    return (
      <Stack gap="xs" align="flex-start">
        <Text size="sm" c="dimmed">
          {direction === 'inbound' ? words.inbound : words.outbound}
        </Text>
        <Button
          variant="default"
          leftSection={<IconEye size={16} aria-hidden />}
          onClick={() => show('preview')}
        >
          {words.open}
        </Button>
      </Stack>
    );
  if (query.data) return <ContentTabs id={id} content={query.data} shown={shown} onShow={show} />;
  return query.error ? <ReadFailed query={query} /> : <Loading />;
}

interface ContentTabsProps {
  id: string;
  content: Content;
  shown: string;
  onShow(tab: string | null): void;
}

function ContentTabs({ id, content, shown, onShow }: ContentTabsProps) {
  const words = strings.messages.content;
  const { text, textIsCut, headers, attachments } = content;
  const tab: Tab = TABS.find((each) => each === shown) ?? 'preview';
  const label = (each: Tab): string =>
    each === 'attachments' ? `${words.tabs[each]} (${attachments.length})` : words.tabs[each];
  return (
    <Stack gap="sm">
      <Tabs value={tab} onChange={onShow} keepMounted={false}>
        <Tabs.List>
          {TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {label(each)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="preview" pt="sm">
          <MessagePreview id={id} />
        </Tabs.Panel>
        <Tabs.Panel value="text" pt="sm">
          <MessageText text={text} isCut={textIsCut} />
        </Tabs.Panel>
        <Tabs.Panel value="headers" pt="sm">
          <HeaderTable headers={headers} />
        </Tabs.Panel>
        <Tabs.Panel value="attachments" pt="sm">
          <AttachmentList message={id} attachments={attachments} />
        </Tabs.Panel>
      </Tabs>
      <Group>
        <Anchor href={`/api/v1/messages/${encodeURIComponent(id)}/source`} download size="sm">
          <Group gap={6} component="span">
            <IconDownload size={16} aria-hidden />
            {words.source}
          </Group>
        </Anchor>
      </Group>
    </Stack>
  );
}
