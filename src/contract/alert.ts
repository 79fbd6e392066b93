/** What alerts are about: their kinds and how urgent they are. */

/** Each kind is one thing that an operator may want to be told of, or not. */
export const ALERT_KINDS = [
  /** An application is refused: all of its connections stop. */
  'application-failed',
  /** A connection needs a person. */
  'connection-stopped',
  /** Token refreshes of an application's connections get no usable answer, for longer than an outage should last. */
  'refresh-failing',
  /** A connector fails, or is held or paused by a problem of its own. */
  'connector-failing',
  /** A connector was silent for longer than its schedule allows (law 9). */
  'connector-stale',
  /** A client secret or certificate ends. */
  'credential-ends',
  /** A sign-in ends soon, or will be ended again by a policy. */
  'sign-in-ends',
  /** Messages that their destination refused for good. */
  'quarantine',
  /** The service itself: Redis may lose what is stored. */
  'service',
] as const;

export type AlertKind = (typeof ALERT_KINDS)[number];

export const ALERT_SEVERITIES = ['warning', 'critical'] as const;
/** warning: something will stop, or limps. critical: something has stopped. */
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];
