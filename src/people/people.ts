/** The people who may sign in: invited by a one-time link, which also stands in for a forgotten password. */
import { type Clock, systemClock } from '../contract/clock.js';
import { newPersonId, type PersonId } from '../contract/ids.js';
import { type ProblemError, problemError } from '../contract/problem.js';
import { LINK_MS, newToken, tokenDigest } from './one-time-token.js';
import type { PasswordHashes } from './password-hashes.js';
import { refuseWeakPassword } from './password-rules.js';
import type { PeopleStore, RemovedPerson, WriteResult } from './people-store.js';
import type { Person, Role } from './person.js';

export interface Invitation {
  person: Person;
  /** For the link; nobody can show it again. */
  token: string;
  /** ms since the epoch */
  expiresAt: number;
}

export interface PersonPatch {
  name?: string;
  role?: Role;
  disabled?: boolean;
}

export interface People {
  /** By age. */
  list(options: { after?: string; limit: number }): Promise<{ items: Person[]; next: string | undefined }>;
  /** @throws ProblemError `not-found` */
  read(id: PersonId): Promise<Person>;
  find(id: PersonId): Promise<Person | undefined>;
  byName(name: string): Promise<Person | undefined>;
  /** When each signed in last, ms since the epoch. */
  lastSignIns(): Promise<Map<string, number>>;
  /** @throws ProblemError `name-taken`, `password-sign-in-off` */
  invite(input: { name: string; role: Role }): Promise<Invitation>;
  /** A new link, for a lost one or a forgotten password; the one before is over, the password stays until then. @throws ProblemError `not-found`, `signs-in-through-openid`, `password-sign-in-off` */
  inviteAgain(id: PersonId): Promise<Invitation>;
  /** @throws ProblemError `not-found`, `version-conflict`, `name-taken`, `last-admin` */
  patch(id: PersonId, ifVersion: number, patch: PersonPatch): Promise<Person>;
  /** @throws ProblemError `not-found`, `version-conflict`, `last-admin` */
  delete(id: PersonId, ifVersion: number): Promise<void>;
  /** Who was deleted and would come back through OpenID, by age. */
  removed(): Promise<RemovedPerson[]>;
  /** Lets a removed person come back. @throws ProblemError `not-found` */
  letBack(id: PersonId): Promise<void>;
  /** Ends every session of a person. */
  endSessions(id: PersonId): Promise<void>;
  /** Whom a link invites. @throws ProblemError `one-time-link-not-valid` */
  invited(token: string): Promise<Person>;
  /** Sets the password that a link is for. @throws ProblemError `one-time-link-not-valid`, `password-too-weak` */
  acceptInvitation(token: string, password: string): Promise<Person>;
  /** @throws ProblemError `old-password-wrong`, `password-too-weak`, `signs-in-through-openid` */
  changePassword(id: PersonId, passwords: { old: string; new: string }): Promise<Person>;
}

/** Builds the people service. */
export function createPeople(deps: { store: PeopleStore; passwords: PasswordHashes; clock?: Clock }): People {
  const { store, passwords, clock = systemClock } = deps;

  const changed = async (person: Person, passwordHash?: string): Promise<Person> => {
    const next = { ...person, version: person.version + 1 };
    const result = await store.write(next, passwordHash === undefined ? {} : { passwordHash });
    if (result !== 'done') throw await refusal(result, next);
    return next;
  };
  /** @param tried the person as it was to be */
  const refusal = async (result: WriteResult, tried: Person): Promise<ProblemError> => {
    const { id, name, version } = tried;
    if (result === 'taken') return problemError('name-taken', { with: { name } });
    if (result === 'last-admin')
      return problemError('last-admin', { with: { name: (await store.read(id))?.name ?? name } });
    const now = result === 'stale' ? await store.read(id) : undefined;
    if (!now) return problemError('not-found', { with: { what: 'person', id } });
    return problemError('version-conflict', {
      with: { what: 'person', current: now.version, given: version - 1 },
    });
  };
  const invitation = (): {
    token: string;
    expiresAt: number;
    stored: { digest: string; expiresAt: number };
  } => {
    const token = newToken();
    const expiresAt = clock.now() + LINK_MS;
    return { token, expiresAt, stored: { digest: tokenDigest(token), expiresAt } };
  };
  const notValid = (): ProblemError => problemError('one-time-link-not-valid');

  const people: People = {
    async list({ after, limit }) {
      const later = (await store.all()).filter(({ id }) => after === undefined || id > after);
      const items = later.slice(0, limit);
      return { items, next: later.length > limit ? items.at(-1)?.id : undefined };
    },
    async read(id) {
      const found = await store.read(id);
      if (!found) throw problemError('not-found', { with: { what: 'person', id } });
      return found;
    },
    find: store.read,
    byName: store.byName,
    lastSignIns: store.lastSignIns,

    async invite({ name, role }) {
      passwords.refuseWhileOff();
      const { token, expiresAt, stored } = invitation();
      const person: Person = {
        id: newPersonId(),
        version: 1,
        name,
        role,
        hasPassword: false,
        disabled: false,
        epoch: 1,
        invitation: stored,
        createdAt: clock.now(),
      };
      const result = await store.write(person);
      if (result !== 'done') throw await refusal(result, person);
      return { person, token, expiresAt };
    },
    async inviteAgain(id) {
      passwords.refuseWhileOff();
      const person = await people.read(id);
      refusePassword(person);
      const { token, expiresAt, stored } = invitation();
      return { person: await changed({ ...person, invitation: stored }), token, expiresAt };
    },

    async patch(id, ifVersion, patch) {
      const before = await people.read(id);
      if (before.version !== ifVersion)
        throw problemError('version-conflict', {
          with: { what: 'person', current: before.version, given: ifVersion },
        });
      const after = { ...before, ...patch };
      const isOtherRight = after.role !== before.role || after.disabled !== before.disabled;
      return changed({ ...after, epoch: before.epoch + (isOtherRight ? 1 : 0) });
    },
    async delete(id, ifVersion) {
      const person = { ...(await people.read(id)), version: ifVersion };
      const result = await store.delete(person, clock.now());
      if (result !== 'done') throw await refusal(result, { ...person, version: ifVersion + 1 });
    },

    removed: store.removed,
    async letBack(id) {
      if (!(await store.letBack(id)))
        throw problemError('not-found', { with: { what: 'removed person', id } });
    },

    async endSessions(id) {
      for (;;) {
        const person = await store.read(id);
        if (!person) return;
        const next = { ...person, version: person.version + 1, epoch: person.epoch + 1 };
        if ((await store.write(next)) !== 'stale') return;
      }
    },

    async invited(token) {
      const [id = '', secret = ''] = token.split('.');
      const person = id === '' ? undefined : await store.read(id);
      const { digest, expiresAt = 0 } = person?.invitation ?? {};
      const isValid = digest === tokenDigest(secret) && clock.now() < expiresAt;
      if (!person || !isValid || person.disabled) throw notValid();
      return person;
    },
    async acceptInvitation(token, password) {
      const { invitation: _, ...person } = await people.invited(token);
      refuseWeakPassword(password, person);
      const hash = await passwords.make(password);
      const next = { ...person, version: person.version + 1, hasPassword: true, epoch: person.epoch + 1 };
      // Whoever changed the record meanwhile may have used this very link.
      if ((await store.write(next, { passwordHash: hash })) !== 'done') throw notValid();
      await store.signedIn(next.id, clock.now());
      return next;
    },

    async changePassword(id, { old, new: wanted }) {
      const { invitation: _, ...person } = await people.read(id);
      refusePassword(person);
      if (!(await passwords.verify(await store.passwordHash(id), old)))
        throw problemError('old-password-wrong', { with: { name: person.name } });
      refuseWeakPassword(wanted, person);
      const hash = await passwords.make(wanted);
      return changed({ ...person, epoch: person.epoch + 1 }, hash);
    },
  };
  return people;
}

/** One way in for each: whom the provider lets go must not stay by a password. @throws ProblemError `signs-in-through-openid` */
function refusePassword({ name, openId }: Person): void {
  if (openId) throw problemError('signs-in-through-openid', { with: { name, issuer: openId.issuer } });
}

/** What a link carries: it names the person, so that only the newest one of theirs works. */
export const invitationToken = ({ person, token }: Invitation): string => `${person.id}.${token}`;
