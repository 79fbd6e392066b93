/** Signing in with name and password: the same work, and the same answer, whether or not there is such a person. */
import { type Clock, systemClock } from '../contract/clock.js';
import { problemError } from '../contract/problem.js';
import type { PasswordHashes } from './password-hashes.js';
import type { PeopleStore } from './people-store.js';
import { canSignIn, type Person } from './person.js';
import type { Attempt, SignInBrake } from './sign-in-brake.js';

/** @throws ProblemError `password-refused`, `sign-in-paused`, `sign-ins-busy`, `password-sign-in-off` */
export type PersonSignIn = (attempt: Attempt & { password: string }) => Promise<Person>;

export function createPersonSignIn(deps: {
  store: PeopleStore;
  passwords: PasswordHashes;
  brake: SignInBrake;
  clock?: Clock;
}): PersonSignIn {
  const { store, passwords, brake, clock = systemClock } = deps;
  return async ({ password, ...attempt }) => {
    passwords.refuseWhileOff();
    const { succeeded } = await brake.admit(attempt);
    const person = await store.byName(attempt.name);
    const stored = person && canSignIn(person) ? await store.passwordHash(person.id) : undefined;
    const isRight = await passwords.verify(stored, password);
    if (!person || stored === undefined || !isRight) throw problemError('password-refused');
    await succeeded();
    if (passwords.isOutdated(stored))
      await store.rehash(person.id, { from: stored, to: await passwords.make(password) });
    await store.signedIn(person.id, clock.now());
    return person;
  };
}
