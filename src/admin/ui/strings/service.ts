/** Texts of the screens under "service". */
export const service = {
  title: 'Service',
} as const;
