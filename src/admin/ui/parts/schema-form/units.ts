/** Amounts with a unit: as the API has them ("5m", a number of bytes), and as a number and a unit to choose. */
import { strings } from '../../strings/index.js';

export interface Units {
  /** Smallest first; `isRare`: offered only where a value has it already. */
  all: readonly { unit: string; title: string; isRare?: boolean }[];
  /** The unit of an empty field. */
  usual: string;
  /** @returns `undefined` for what is no such amount */
  read(value: unknown): { amount: number; unit: string } | undefined;
  write(amount: number, unit: string): unknown;
}

const { durationUnits, byteUnits } = strings.schemaForm;

export const DURATION_UNITS: Units = {
  all: Object.entries(durationUnits).map(([unit, title]) => ({ unit, title, isRare: unit === 'ms' })),
  usual: 'm',
  read(value) {
    const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(String(value));
    return match ? { amount: Number(match[1]), unit: match[2] as string } : undefined;
  },
  write: (amount, unit) => `${amount}${unit}`,
};

const BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: 1_024 * 1_024 };

export const BYTE_UNITS: Units = {
  all: Object.entries(byteUnits).map(([unit, title]) => ({ unit, title })),
  usual: 'MiB',
  read(value) {
    if (typeof value !== 'number') return undefined;
    // The largest that leaves no fraction, so that nothing is rounded by being looked at.
    const unit = ['MiB', 'KiB'].find((each) => value !== 0 && value % (BYTES[each] ?? 1) === 0) ?? 'B';
    return { amount: value / (BYTES[unit] ?? 1), unit };
  },
  write: (amount, unit) => Math.round(amount * (BYTES[unit] ?? 1)),
};

/** @returns "5 minutes", "1 hour", "10 MiB" */
export function amountWords({ all, read }: Units, value: unknown): string | undefined {
  const found = read(value);
  if (!found) return undefined;
  const title = all.find(({ unit }) => unit === found.unit)?.title ?? found.unit;
  return `${found.amount.toLocaleString('en')} ${found.amount === 1 ? title.replace(/s$/, '') : title}`;
}
