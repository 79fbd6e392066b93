/** The times of a schedule that comes each hour, day, week or month. */
import { Chip, Group, Input, NumberInput, TextInput } from '@mantine/core';
import { strings } from '../../../strings/index.js';
import {
  cronOf,
  type ScheduleKind,
  type ScheduleValue,
  type Times,
  timesOf,
  USUAL_TIMES,
} from './schedule-kind.js';

export interface TimesFieldsProps {
  kind: Exclude<ScheduleKind, 'interval' | 'cron'>;
  schedule: ScheduleValue;
  isReadOnly: boolean;
  onChange(schedule: ScheduleValue): void;
}

/** Monday first. */
const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;
const twoDigits = (value: number): string => String(value).padStart(2, '0');

export function TimesFields({ kind, schedule, isReadOnly, onChange }: TimesFieldsProps) {
  const times = timesOf(schedule.cron ?? '') ?? USUAL_TIMES;
  const words = strings.schemaForm.schedule;
  const change = (part: Partial<Times>): void =>
    onChange({ ...schedule, cron: cronOf(kind, { ...times, ...part }) });
  return (
    <Group gap="md" align="start">
      {kind === 'weekly' && (
        <Input.Wrapper label={words.days} labelElement="div">
          <Chip.Group
            multiple
            value={times.days.map(String)}
            // A week without a day would be no schedule.
            onChange={(days) => days.length > 0 && change({ days: days.map(Number).sort((a, b) => a - b) })}
          >
            <Group gap={6} mt={4} role="group" aria-label={words.days}>
              {WEEK.map((day) => (
                <Chip key={day} value={String(day)} size="sm" disabled={isReadOnly}>
                  {words.dayNames[day]}
                </Chip>
              ))}
            </Group>
          </Chip.Group>
        </Input.Wrapper>
      )}
      {kind === 'monthly' && (
        <NumberInput
          label={words.dayOfMonth}
          {...(times.dayOfMonth > 28 && { description: words.lateDay })}
          w={180}
          min={1}
          max={31}
          clampBehavior="strict"
          allowDecimal={false}
          value={times.dayOfMonth}
          onChange={(day) => typeof day === 'number' && change({ dayOfMonth: day })}
          readOnly={isReadOnly}
        />
      )}
      {kind === 'hourly' ? (
        <NumberInput
          label={words.minute}
          w={140}
          min={0}
          max={59}
          clampBehavior="strict"
          allowDecimal={false}
          value={times.minute}
          onChange={(minute) => typeof minute === 'number' && change({ minute })}
          readOnly={isReadOnly}
        />
      ) : (
        <TextInput
          type="time"
          label={words.time}
          w={140}
          value={`${twoDigits(times.hour)}:${twoDigits(times.minute)}`}
          onChange={({ currentTarget }) => {
            const [hour, minute] = currentTarget.value.split(':').map(Number);
            if (hour !== undefined && minute !== undefined) change({ hour, minute });
          }}
          readOnly={isReadOnly}
        />
      )}
    </Group>
  );
}
