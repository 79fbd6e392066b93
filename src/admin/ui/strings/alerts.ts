/** Texts of the screens under "alerts". */
export const alerts = {
  title: 'Alerts',
} as const;
