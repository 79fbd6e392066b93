/** Texts of the screens under "people". */
export const people = {
  title: 'People and access',
} as const;
