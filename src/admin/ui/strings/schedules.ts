/** Texts of the screens under "schedules". */
export const schedules = {
  title: 'Schedules and outbox',
} as const;
