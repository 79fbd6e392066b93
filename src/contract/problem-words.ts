/** How owner, verdict and reach of a problem are said to people, on pages and in the documentation. */
import type { ProblemOwner, ProblemReach, Verdict } from './problem.js';

export const OWNER_WORDS: Readonly<Record<ProblemOwner, string>> = {
  user: 'you, or whoever owns the mailbox',
  'tenant-admin': 'an administrator of the tenant',
  'service-admin': 'the administrator of this service',
  nobody: 'nobody; it mends itself',
};

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  retry: 'tries again by itself',
  'wait-until': 'waits until a time, and goes on by itself',
  hold: 'holds what it stops until somebody acts; nothing is lost',
  fail: 'gives this one thing up',
};

export const REACH_WORDS: Readonly<Record<ProblemReach, string>> = {
  request: 'one request',
  message: 'one message',
  connector: 'one connector',
  connection: 'one connection',
  application: 'every connection of the application',
  tenant: 'every connection of the tenant',
  service: 'the whole service',
};
