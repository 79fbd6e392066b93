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
  about: 'About this problem',
  correlationId: (id: string) => `Correlation id: ${id}`,
  /** Said of an answer that says nothing. */
  unexpected: {
    title: 'The service gave no proper answer',
    detail: (status: number) => `It answered with status ${status}, and nothing that says why.`,
    next: 'Try it again; if it stays, look into the log of the service, or of a proxy before it.',
  },
  unreachable: {
    title: 'The service cannot be reached',
    detail: (origin: string | undefined, said: string | undefined) =>
      `The browser got no answer from ${origin ?? 'it'} (${said ?? 'no reason given'}).`,
    next: 'Look whether this computer has a network, and whether the service runs. The page goes on by itself.',
  },
  page: 'The page met something unexpected',
} as const;
