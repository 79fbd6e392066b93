/** What the API answers for a device sign-in: code and link while it waits, its outcome afterwards; never the device code. */
import { type Static, Type } from 'typebox';
import type { DeviceAttempt } from '../oauth/device/device-attempts.js';
import { isoTime, problemOrNullSchema, problemView, timeSchema } from '../setup/view-parts.js';

export const deviceViewSchema = Type.Object({
  state: Type.String({ description: 'waiting, signed-in or failed' }),
  userCode: Type.Optional(Type.String({ description: 'What the user enters.' })),
  verificationUri: Type.Optional(Type.String({ description: 'Where.' })),
  verificationUriComplete: Type.Optional(
    Type.String({ description: 'The same with the code in it, where the server gives it.' }),
  ),
  expiresAt: Type.Optional(timeSchema),
  intervalSeconds: Type.Optional(
    Type.Number({ description: 'How often the service asks; grows when the server says slow_down.' }),
  ),
  user: Type.Optional(Type.String({ description: 'Who signed in.' })),
  startedAt: timeSchema,
  endedAt: Type.Optional(timeSchema),
  problem: problemOrNullSchema,
});

export type DeviceView = Static<typeof deviceViewSchema>;

export function deviceView(attempt: DeviceAttempt): DeviceView {
  const { state } = attempt;
  const startedAt = isoTime(attempt.startedAt);
  if (state !== 'waiting') {
    const { user, endedAt, problem } = attempt;
    return {
      state,
      startedAt,
      endedAt: isoTime(endedAt),
      ...(user !== undefined && { user }),
      problem: problem ? problemView(problem) : null,
    };
  }
  const { userCode, verificationUri, verificationUriComplete, pollProblem } = attempt;
  return {
    state,
    startedAt,
    userCode,
    verificationUri,
    ...(verificationUriComplete !== undefined && { verificationUriComplete }),
    expiresAt: isoTime(attempt.expiresAt),
    intervalSeconds: attempt.intervalMs / 1_000,
    problem: pollProblem ? problemView(pollProblem) : null,
  };
}
