/** A whole number, with its bounds and what it counts. */
import { NumberInput } from '@mantine/core';
import { strings } from '../../strings/index.js';
import { type FieldProps, useField } from './form-context.js';

/** The input alone: what is said of it may be longer. */
const NARROW = { wrapper: { maxWidth: 320 } };
/** More than this is said to be no bound: nobody needs to read it. */
const ENDLESS = 1_000_000_000;

export function NumberField(props: FieldProps) {
  const { value, set, isReadOnly, about } = useField(props);
  const { minimum, maximum, unit = '', default: usual, type } = props.schema;
  const most = maximum !== undefined && maximum < ENDLESS ? maximum : undefined;
  // That there is at least one needs no telling.
  const least = most === undefined && (minimum ?? 0) <= 1 ? undefined : minimum;
  const range = strings.schemaForm.range(least, most, unit).trim();
  return (
    <NumberInput
      {...about}
      styles={NARROW}
      description={[about.description, range && `${range}.`].filter(Boolean).join(' ')}
      value={typeof value === 'number' ? value : ''}
      onChange={(entered) => set(typeof entered === 'number' ? entered : undefined)}
      placeholder={usual === undefined ? '' : String(usual)}
      suffix={unit && ` ${unit}`}
      {...(minimum !== undefined && { min: minimum })}
      {...(maximum !== undefined && { max: maximum })}
      // What is out of bounds is told, not changed behind one's back.
      clampBehavior="none"
      allowDecimal={type !== 'integer'}
      allowNegative={minimum === undefined || minimum < 0}
      thousandSeparator=","
      readOnly={isReadOnly}
    />
  );
}
