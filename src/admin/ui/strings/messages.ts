/** Texts of the screens under "messages". */
export const messages = {
  title: 'Activity',
} as const;
