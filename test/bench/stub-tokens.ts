/** What the token stub and those who sign in at it without a sign-in agree on. */
export const STUB_TENANT = '5a5a5a5a-0000-4000-8000-000000000001';
export const STUB_CLIENT_ID = 'stub-client';

/** @param endsAt when the access token that goes with it ends, ms since the epoch */
export const refreshTokenOf = (index: number, endsAt: number): string =>
  `rt.${index}.${endsAt}.`.padEnd(1_000, 'r');

/** What the stub has seen since it was told to begin. */
export interface StubSeen {
  requests: number;
  /** The most within any second, and within any ten. */
  perSecond: number;
  perTenSeconds: number;
  /** Refreshes that came when the access token had ended already. */
  late: number;
  /** Accounts whose access token has ended by now. */
  ended: number;
  accounts: number;
}
