/** The set-up as a file: exported without secrets, imported after a look at what would happen. */
import { Button, FileInput, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '../../api/client.js';
import type { paths } from '../../api/schema.js';
import { choices } from '../../parts/bound-field.js';
import { Section } from '../../parts/page.js';
import { RefusalPanel } from '../../parts/problem-panel.js';
import { saveFile } from '../../parts/save-file.js';
import { strings } from '../../strings/index.js';
import { ImportReport } from './import-report.js';

const words = strings.service;

type Document = paths['/api/v1/setup/import']['post']['requestBody']['content']['application/json'];
type OnExisting = 'skip' | 'update';

export function CarryOver() {
  const exported = useMutation({
    mutationFn: () => answerOf(api.GET('/api/v1/setup/export')),
    onSuccess: (document) => saveFile('mailgrant-setup.json', document),
  });
  return (
    <Section title={words.carry}>
      <Text size="sm">{words.carryText}</Text>
      <Group>
        <Button variant="default" loading={exported.isPending} onClick={() => exported.mutate()}>
          {words.export}
        </Button>
      </Group>
      <RefusalPanel error={exported.error} />
      <Import />
    </Section>
  );
}

function Import() {
  const [file, setFile] = useState<File | null>(null);
  const [onExisting, setOnExisting] = useState<OnExisting>('skip');
  const client = useQueryClient();
  const run = useMutation({
    async mutationFn({ dryRun }: { dryRun: boolean }) {
      const body = documentOf((await file?.text()) ?? '');
      return answerOf(api.POST('/api/v1/setup/import', { params: { query: { dryRun, onExisting } }, body }));
    },
    onSuccess: ({ dryRun }) => (dryRun ? undefined : client.invalidateQueries()),
  });
  const { data } = run;
  const isFaulty = data?.items.some(({ status }) => status === 'faulty') ?? false;
  const changes =
    data?.items.filter(({ status }) => status === 'created' || status === 'updated').length ?? 0;
  const choose = (next: File | null): void => {
    setFile(next);
    run.reset();
  };
  return (
    <Stack gap="sm">
      <FileInput
        label={words.file}
        placeholder={words.filePlaceholder}
        accept="application/json,.json"
        value={file}
        onChange={choose}
        clearable
      />
      <SegmentedControl
        aria-label={words.onExisting}
        data={choices(words.existing)}
        value={onExisting}
        onChange={(value) => {
          setOnExisting(value === 'update' ? 'update' : 'skip');
          run.reset();
        }}
      />
      <Group>
        <Button
          variant="default"
          disabled={!file}
          loading={run.isPending}
          onClick={() => run.mutate({ dryRun: true })}
        >
          {words.look}
        </Button>
        {data?.dryRun && !isFaulty && changes > 0 && (
          <Button loading={run.isPending} onClick={() => run.mutate({ dryRun: false })}>
            {words.write(changes)}
          </Button>
        )}
      </Group>
      <RefusalPanel error={run.error} />
      {data && <ImportReport report={data} />}
    </Stack>
  );
}

/** @throws Error for what is no JSON; whether it is a set-up the service says */
function documentOf(text: string): Document {
  try {
    return JSON.parse(text) as Document;
  } catch (cause) {
    throw new Error(words.notJson, { cause });
  }
}
