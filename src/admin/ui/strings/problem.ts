/** Texts around a problem; the problem itself comes from the service. */
const OWNERS: Readonly<Record<string, string>> = {
  user: 'You, or whoever uses this mailbox',
  'tenant-admin': 'The administrator of the mail tenant',
  'service-admin': 'Whoever runs this service',
  nobody: 'Nobody: it passes by itself',
};

export const problem = {
  next: 'What to do next:',
  serverWords: 'The server’s own words',
  unknownServerWords: 'The server’s own words, which no table knows; they were taken by their class',
  retryAt: 'Next try:',
  owner: (owner: string) => `Whose it is to fix: ${OWNERS[owner] ?? owner}.`,
  correlationId: (id: string) => `Correlation id: ${id}`,
  page: 'The page met something unexpected',
} as const;
