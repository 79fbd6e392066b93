/** A number with its noun: "1 message", "2,000 messages". */
export const numbers = new Intl.NumberFormat('en');

export const whole = (some: number): string => numbers.format(some);

export const count = (some: number, one: string, many: string): string =>
  some === 1 ? `1 ${one}` : `${whole(some)} ${many}`;
