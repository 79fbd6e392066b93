/** Texts of the screens under "charts". */
export const charts = {
  title: 'Charts',
} as const;
