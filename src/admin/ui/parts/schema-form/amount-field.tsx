/** A number with a unit to choose: durations, sizes. */
import { Group, Input, NativeSelect, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { strings } from '../../strings/index.js';
import { type FieldProps, useField } from './form-context.js';
import { amountWords, type Units } from './units.js';

export function AmountField({ units, ...props }: FieldProps & { units: Units }) {
  const { value, set, isReadOnly, about } = useField(props);
  const { id, error, required, ...wrapper } = about;
  const read = units.read(value);
  // Kept while the number is empty.
  const [chosen, setChosen] = useState(units.usual);
  const unit = read?.unit ?? chosen;
  const usual = props.schema.default;
  const change = (amount: number | string, inUnit: string): void => {
    setChosen(inUnit);
    set(typeof amount === 'number' ? units.write(amount, inUnit) : undefined);
  };
  // What was typed stays in its unit, also where a larger one would leave no fraction.
  const shown = read && chosen !== read.unit ? inUnit(units, value, chosen, read) : read;
  return (
    <Input.Wrapper
      {...wrapper}
      labelProps={{ htmlFor: id }}
      {...(required && { withAsterisk: true })}
      {...(error !== undefined && { error })}
    >
      <Group gap="xs" wrap="nowrap" mt={4}>
        <NumberInput
          id={id}
          w={140}
          value={shown?.amount ?? ''}
          onChange={(amount) => change(amount, shown?.unit ?? unit)}
          min={0}
          allowDecimal={false}
          allowNegative={false}
          readOnly={isReadOnly}
          placeholder={amountWords(units, usual)?.split(' ')[0] ?? ''}
          error={error !== undefined}
          aria-invalid={error !== undefined}
        />
        <NativeSelect
          aria-label={strings.schemaForm.unitOf(about.label)}
          value={shown?.unit ?? unit}
          disabled={isReadOnly}
          onChange={({ currentTarget }) =>
            shown ? change(shown.amount, currentTarget.value) : setChosen(currentTarget.value)
          }
          data={units.all
            .filter((each) => !each.isRare || each.unit === shown?.unit)
            .map((each) => ({ value: each.unit, label: each.title }))}
        />
      </Group>
    </Input.Wrapper>
  );
}

/** The same amount in the unit that somebody chose, where it can be said in it. */
function inUnit(units: Units, value: unknown, unit: string, read: { amount: number; unit: string }) {
  const one = units.write(1, unit);
  if (typeof value !== 'number' || typeof one !== 'number') return read;
  return value % one === 0 ? { amount: value / one, unit } : read;
}
