/** A number with its noun: "1 message", "2,000 messages". */
export const numbers = new Intl.NumberFormat('en');

export const count = (some: number, one: string, many: string): string =>
  some === 1 ? `1 ${one}` : `${numbers.format(some)} ${many}`;
