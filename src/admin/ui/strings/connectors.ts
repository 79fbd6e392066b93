/** Texts of the screens under "connectors". */
export const connectors = {
  title: 'Connectors',
  new: 'New connector',
} as const;
