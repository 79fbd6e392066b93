/** Texts of the screens under "home". */
export const home = {
  title: 'Home',
} as const;
