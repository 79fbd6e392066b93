/** Texts of Test Connection. */
const STEPS: Readonly<Record<string, string>> = {
  resolve: 'Find the server’s address',
  tcp: 'Connect',
  tls: 'Secure the connection (TLS)',
  greeting: 'Greeting and capabilities',
  token: 'Token',
  authenticate: 'Sign in to the mailbox',
  select: 'Open the folder',
  postProcessing: 'Folder for post-processing',
  envelope: 'Sender and recipient are accepted',
  webhook: 'Webhook takes a signed ping',
  directory: 'Directory takes a file',
  stream: 'Redis stream takes an entry',
  test: 'The test itself',
};
const PROTOCOLS: Readonly<Record<string, string>> = {
  imap: 'Receiving (IMAP)',
  smtp: 'Sending (SMTP)',
  destination: 'Destination',
  mailgrant: 'This service',
};

export const testRun = {
  act: 'Test Connection',
  stop: 'Stop the test',
  mayNot: 'Needs the role operator or admin.',
  steps: STEPS,
  protocols: PROTOCOLS,
  statuses: {
    ok: 'done',
    failed: 'failed',
    running: 'running …',
    waiting: 'not yet',
    skipped: 'not tried',
  },
  took: (ms: number) => (ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`),
  runningAt: (step: string) => `Test Connection runs: ${step}`,
  ok: 'Everything works',
  okDetail: (steps: number, ms: number) =>
    `${steps} steps went well in ${ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`}. No message was sent, and nothing in the mailbox was changed.`,
  failed: 'The test ended at the step that failed; what comes after it was not tried.',
  failedAt: (step: string) => `Test Connection failed at: ${step}`,
  stopped: 'The test was stopped; its connections are closed.',
} as const;
