/** Texts of the screens under "messages". */
export const messages = {
  title: 'Activity',
  empty: 'No messages yet',
  test: {
    title: 'Send test message',
    to: 'To',
    subject: 'Subject',
    text: 'Text',
    act: 'Send test message',
    accepted: 'Accepted. It is',
    open: 'Open the message',
  },
} as const;
