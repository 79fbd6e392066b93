/**
 * The first admin: the person `admin` with MAILGRANT_ADMIN_PASSWORD, or whoever opens the set-up link of the log first.
 * Both work only while nobody is stored; from then on passwords are changed in the page, and the environment says
 * nothing any more: else a forgotten variable would undo every change of a password at the next start.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import { newPersonId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import type { Log } from '../telemetry/log.js';
import { LINK_MS, newToken, tokenDigest } from './one-time-token.js';
import type { PasswordHashes } from './password-hashes.js';
import { refuseWeakPassword, weaknessOf } from './password-rules.js';
import type { PeopleStore } from './people-store.js';
import { type Person, refuseBadName } from './person.js';

/** Name of the person that MAILGRANT_ADMIN_PASSWORD is for. */
export const FIRST_ADMIN = 'admin';

export interface FirstAdmin {
  /**
   * At start: nothing where somebody is stored; else makes `admin`, or logs a set-up link, which works for a day.
   * @throws ProblemError `password-too-weak` for MAILGRANT_ADMIN_PASSWORD
   */
  prepare(): Promise<void>;
  /** @throws ProblemError `set-up-already`, `one-time-link-not-valid` */
  refuseInvalidLink(token: string): Promise<void>;
  /** Makes the first admin. @throws ProblemError the same, and `password-too-weak` */
  setUp(input: { token: string; name: string; password: string }): Promise<Person>;
}

export function createFirstAdmin(deps: {
  store: PeopleStore;
  passwords: PasswordHashes;
  /** MAILGRANT_ADMIN_PASSWORD */
  adminPassword: string | undefined;
  publicUrl: string;
  /** MAILGRANT_PASSWORD_SIGN_IN is false. */
  isPasswordSignInOff?: boolean;
  log: Log;
  clock?: Clock;
}): FirstAdmin {
  const {
    store,
    passwords,
    adminPassword,
    publicUrl,
    isPasswordSignInOff = false,
    log,
    clock = systemClock,
  } = deps;

  const create = async (name: string, password: string): Promise<Person | undefined> => {
    refuseWeakPassword(password, { name });
    const person: Person = {
      id: newPersonId(),
      version: 1,
      name,
      role: 'admin',
      hasPassword: true,
      disabled: false,
      epoch: 1,
      createdAt: clock.now(),
    };
    const passwordHash = await passwords.make(password);
    const result = await store.write(person, { passwordHash, isFirst: true });
    return result === 'done' ? person : undefined;
  };

  const first: FirstAdmin = {
    async prepare() {
      if (!(await store.isEmpty())) return;
      if (isPasswordSignInOff) {
        log.info({}, 'nobody can sign in yet: the first to come through OpenID must be an admin');
        return;
      }
      if (adminPassword !== undefined) {
        const weakness = weaknessOf(adminPassword, FIRST_ADMIN);
        if (weakness !== undefined)
          throw problemError('password-too-weak', {
            with: { what: `of MAILGRANT_ADMIN_PASSWORD ${weakness}` },
          });
        // Another process that starts now may be first with the same person.
        if (await create(FIRST_ADMIN, adminPassword))
          log.info({}, `made the first admin, ${FIRST_ADMIN}, with MAILGRANT_ADMIN_PASSWORD`);
        return;
      }
      const token = newToken();
      await store.addSetUpLink(tokenDigest(token), clock.now() + LINK_MS);
      const expiresAt = new Date(clock.now() + LINK_MS).toISOString();
      // Not `token=`: the log takes those out, and this line is the one way that the link is told.
      log.info(
        { setUpLink: `${publicUrl}/setup?link=${token}`, expiresAt },
        'nobody can sign in yet: open the set-up link to make the first admin; it works once',
      );
    },
    async refuseInvalidLink(token) {
      if (!(await store.isEmpty())) throw problemError('set-up-already');
      const expiresAt = await store.setUpLinkExpiresAt(tokenDigest(token));
      if (expiresAt === undefined || clock.now() >= expiresAt) throw problemError('one-time-link-not-valid');
    },
    async setUp({ token, name, password }) {
      await first.refuseInvalidLink(token);
      refuseBadName(name);
      const person = await create(name, password);
      if (!person) throw problemError('set-up-already');
      await store.signedIn(person.id, clock.now());
      return person;
    },
  };
  return first;
}
