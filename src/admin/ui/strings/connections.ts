/** Texts of the screens under "connections". */
export const connections = {
  title: 'Connections',
} as const;
