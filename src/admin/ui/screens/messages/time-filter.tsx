/** From when to when: a span that ends now, or two moments. */
import { NativeSelect, TextInput } from '@mantine/core';
import { strings } from '../../strings/index.js';
import { fromLocal, toLocal } from './local-time.js';
import { type MessageFilters, SPANS } from './message-filters.js';

const DAY_MS = 86_400_000;

export interface TimeFilterProps {
  filters: MessageFilters;
  onChange(changed: Pick<MessageFilters, 'since' | 'until'>): void;
}

export function TimeFilter({ filters: { since, until }, onChange }: TimeFilterProps) {
  const words = strings.messages.time;
  const isSpan = since !== undefined && since in SPANS && until === undefined;
  const isBetween = !isSpan && (since !== undefined || until !== undefined);
  const chosen = isBetween ? 'between' : (since ?? '');
  const choose = (value: string): void => {
    if (value === 'between') onChange({ since: new Date(Date.now() - DAY_MS).toISOString() });
    else onChange(value === '' ? {} : { since: value });
  };
  const given = (name: 'since' | 'until', value: string): void => {
    const times = { since, until, [name]: fromLocal(value) };
    onChange({
      ...(times.since !== undefined && { since: times.since }),
      ...(times.until !== undefined && { until: times.until }),
    });
  };
  return (
    <>
      <NativeSelect
        label={words.label}
        value={chosen}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        data={[
          { value: '', label: words.any },
          ...Object.keys(SPANS).map((value) => ({ value, label: words.spans[value] ?? value })),
          { value: 'between', label: words.between },
        ]}
      />
      {isBetween &&
        (['since', 'until'] as const).map((name) => (
          <TextInput
            key={name}
            type="datetime-local"
            label={words[name]}
            defaultValue={toLocal(name === 'since' ? since : until)}
            onBlur={({ currentTarget }) => given(name, currentTarget.value)}
          />
        ))}
    </>
  );
}
