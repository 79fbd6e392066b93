/** What the SMTP server can be made to do: any reply, a break, or silence, at any stage of a submission. */
export type SmtpStage = 'connect' | 'ehlo' | 'auth' | 'mail' | 'rcpt' | 'data' | 'message';

export type SmtpFault = {
  /** `message` is the reply after the content. */
  stage: SmtpStage;
  /** Only this recipient, at `rcpt`. */
  recipient?: string;
  /** At `message`: whether the message counts as accepted all the same (delivered, kept, in the sink). */
  accepted?: boolean;
  /** Milliseconds to wait before what follows. */
  delayMs?: number;
  /** Waits for this before what follows. */
  until?: Promise<unknown>;
} & (
  | { /** The whole reply; lines apart by a line feed. After a 421 the connection closes. */ reply: string }
  | { /** Break the connection without a reply. */ drop: true }
  | { /** Never reply. */ hang: true }
  | { /** Only the wait. */ slow: true }
);
