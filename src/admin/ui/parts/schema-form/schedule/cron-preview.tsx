/** What a cron expression comes to: in words, and when next. */
import { Text } from '@mantine/core';
import { strings } from '../../../strings/index.js';
import { fromNow } from '../../from-now.js';
import { useNow } from '../../moment.js';
import { cronMeaning, timeIn } from './cron-words.js';

const SHOWN = 3;

export function CronPreview({ cron, timeZone }: { cron: string; timeZone: string | undefined }) {
  const now = useNow();
  const words = strings.schemaForm.schedule;
  const meaning = cronMeaning(cron, timeZone, { after: now, count: SHOWN });
  const [next, ...later] = meaning?.next ?? [];
  return (
    <div data-preview="cron">
      <Text size="sm" fw={500} role="status">
        {meaning ? words.every(meaning.words, timeZone ?? 'UTC') : words.unreadable}
      </Text>
      {meaning && next === undefined && <Text size="sm">{words.never}</Text>}
      {next !== undefined && (
        <Text size="sm" c="dimmed">
          {words.next} {timeIn(timeZone, next)} ({fromNow(next - now)})
          {later.length > 0 && `; ${words.after} ${later.map((at) => timeIn(timeZone, at)).join('; ')}`}
        </Text>
      )}
    </div>
  );
}
