/** Texts of the screens under "applications". */
export const applications = {
  title: 'Applications',
} as const;
