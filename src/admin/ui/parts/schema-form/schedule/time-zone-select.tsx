/** A time zone of the IANA list, found by typing a part of its name. */
import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { strings } from '../../../strings/index.js';

export interface TimeZoneSelectProps {
  label: string;
  description?: string | undefined;
  error?: string;
  value: string | undefined;
  isReadOnly: boolean;
  onChange(timeZone: string | undefined): void;
}

/** So many are shown at once; typing finds the others. */
const SHOWN = 60;
const USUAL = 'UTC';

export function TimeZoneSelect({ value, onChange, isReadOnly, description, ...about }: TimeZoneSelectProps) {
  const zones = useMemo(() => {
    const known = [USUAL, ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== USUAL)];
    // What is set stays choosable, also where this browser knows it by another name.
    return value === undefined || known.includes(value) ? known : [value, ...known];
  }, [value]);
  return (
    <Select
      {...about}
      {...(description !== undefined && { description })}
      styles={{ wrapper: { maxWidth: 320 } }}
      data={zones}
      value={value ?? null}
      onChange={(zone) => onChange(zone ?? undefined)}
      placeholder={USUAL}
      searchable
      clearable={!isReadOnly}
      limit={SHOWN}
      nothingFoundMessage={strings.schemaForm.schedule.zoneNone}
      readOnly={isReadOnly}
    />
  );
}
