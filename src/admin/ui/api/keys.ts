/** Names of what is read, so that a change finds all of it: the resource first, then which, then how it was asked for. */

export const queryKeys = {
  overview: ['overview'],
  session: ['session'],
  readiness: ['readiness'],
  providers: ['providers'],
  connectorTypes: ['connector-types'],
  applications: ['applications'],
  application: (id: string) => ['applications', id],
  connections: ['connections'],
  connection: (id: string) => ['connections', id],
  connectors: ['connectors'],
  connector: (id: string) => ['connectors', id],
  messages: ['messages'],
  message: (id: string) => ['messages', id],
  statistics: ['statistics'],
  budgets: ['statistics', 'budgets'],
  alerts: ['alerts'],
  alertChannels: ['alert-channels'],
  people: ['people'],
  apiKeys: ['api-keys'],
  audit: ['audit'],

  // What follows is not found by a change of its resource: who reads it says when it is read again.
  messageList: ['message-list'],
  messageContent: (id: string) => ['message-content', id],
  outboxes: ['outboxes'],
  connectorNames: ['connector-names'],
  schedules: ['schedules'],
} as const;
