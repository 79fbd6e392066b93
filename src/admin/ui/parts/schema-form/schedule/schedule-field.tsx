/** When something happens: every so often, at times of the day, week or month, or as a cron expression says; and what that comes to. */
import { Fieldset, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { strings } from '../../../strings/index.js';
import { ownZone } from '../../own-zone.js';
import { AmountField } from '../amount-field.js';
import { type FieldProps, useField, useSettingsForm } from '../form-context.js';
import { Legend } from '../legend.js';
import type { SettingSchema } from '../schema.js';
import { DURATION_UNITS } from '../units.js';
import { CronPreview } from './cron-preview.js';
import { inKind, kindOf, SCHEDULE_KINDS, type ScheduleKind, scheduleOf } from './schedule-kind.js';
import { TimeZoneSelect } from './time-zone-select.js';
import { TimesFields } from './times-fields.js';

/** The inputs alone: what is said of them may be longer. */
const NARROW = { wrapper: { maxWidth: 320 } };
const CODE = { ...NARROW, input: { fontFamily: 'var(--mantine-font-family-monospace)' } };

export function ScheduleField(props: FieldProps) {
  const { value, set, isReadOnly, about } = useField(props);
  const { faults } = useSettingsForm();
  const schedule = scheduleOf(value ?? props.schema.default);
  // An expression that another form could show as well stays as it is while somebody writes it.
  const [writesCron, setWritesCron] = useState(false);
  const kind = writesCron && schedule.cron !== undefined ? 'cron' : kindOf(schedule);
  const words = strings.schemaForm.schedule;
  const parts: Record<string, SettingSchema> = props.schema.properties ?? {};
  const choose = (chosen: ScheduleKind): void => {
    setWritesCron(chosen === 'cron');
    set(inKind(schedule, chosen, ownZone()));
  };
  const fault = (name: string): { error?: string } => {
    const message = faults.get(`${props.pointer}/${name}`);
    return message === undefined ? {} : { error: message };
  };
  return (
    <Fieldset legend={<Legend>{about.label}</Legend>}>
      <Stack gap="md">
        <Select
          aria-label={about.label}
          styles={NARROW}
          {...(about.description !== undefined && { description: about.description })}
          {...(about.error !== undefined && { error: about.error })}
          data={SCHEDULE_KINDS.map((each) => ({ value: each, label: words.kinds[each] }))}
          value={kind}
          onChange={(chosen) => chosen !== null && choose(chosen as ScheduleKind)}
          allowDeselect={false}
          readOnly={isReadOnly}
        />
        {kind === 'interval' && (
          <div data-setting={`${props.pointer}/every`}>
            <AmountField
              pointer={`${props.pointer}/every`}
              schema={parts.every ?? {}}
              units={DURATION_UNITS}
              isRequired
            />
          </div>
        )}
        {kind === 'cron' && (
          <div data-setting={`${props.pointer}/cron`}>
            <TextInput
              styles={CODE}
              required
              label={parts.cron?.title ?? words.kinds.cron}
              {...(parts.cron?.description !== undefined && { description: parts.cron.description })}
              {...fault('cron')}
              value={schedule.cron ?? ''}
              onChange={({ currentTarget }) => {
                setWritesCron(true);
                set({ ...schedule, cron: currentTarget.value });
              }}
              readOnly={isReadOnly}
            />
          </div>
        )}
        {kind !== 'interval' && kind !== 'cron' && (
          <TimesFields kind={kind} schedule={schedule} onChange={set} isReadOnly={isReadOnly} />
        )}
        {kind !== 'interval' && (
          <div data-setting={`${props.pointer}/timeZone`}>
            <TimeZoneSelect
              label={parts.timeZone?.title ?? ''}
              description={parts.timeZone?.description}
              {...fault('timeZone')}
              value={schedule.timeZone}
              onChange={(timeZone) => {
                const { timeZone: _, ...others } = schedule;
                set(timeZone === undefined ? others : { ...others, timeZone });
              }}
              isReadOnly={isReadOnly}
            />
          </div>
        )}
        {schedule.cron !== undefined && <CronPreview cron={schedule.cron} timeZone={schedule.timeZone} />}
        {kind !== 'cron' && fault('cron').error !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {fault('cron').error}
          </Text>
        )}
      </Stack>
    </Fieldset>
  );
}
