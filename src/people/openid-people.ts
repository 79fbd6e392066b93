/**
 * People who come through the company's OpenID provider. Whom the provider names by issuer and subject (OpenID Connect
 * Core §5.7: never by a name or an address, which others may get) is a person of ours from the first sign-in on: made
 * then, with the role that the claims give, which is taken anew at every sign-in. An admin disables a person, or deletes
 * them; a deleted one is remembered as *removed*, and stays out until an admin lets them in again.
 */
import { type Clock, systemClock } from '../contract/clock.js';
import { newPersonId, type PersonId } from '../contract/ids.js';
import { problemError } from '../contract/problem.js';
import type { People } from './people.js';
import type { PeopleStore } from './people-store.js';
import type { OpenIdSubject, Person, Role } from './person.js';
import { type Claims, type RoleRule, roleOf, valuesOf } from './role-rules.js';

/** Whom the provider has proved, and what it says of them. */
export interface OpenIdIdentity extends OpenIdSubject {
  claims: Claims;
}

export interface OpenIdArrival {
  person: Person;
  /** What this sign-in changed: the person is new, or had another role before. */
  change?: { kind: 'made' } | { kind: 'role'; from: Role };
}

export interface OpenIdPeople {
  /**
   * @throws ProblemError `openid-no-role` (which ends the sessions of whoever had one), `person-disabled`,
   *   `person-removed`, `not-set-up-yet`, `last-admin`
   */
  signIn(identity: OpenIdIdentity): Promise<OpenIdArrival>;
  /** The person that an identity belongs to, as far as there is one. */
  find(identity: OpenIdSubject): Promise<Person | undefined>;
}

/** How many of the same name get a number; then chance decides. */
const MOST_NUMBERED = 50;

export function createOpenIdPeople(deps: {
  store: PeopleStore;
  people: Pick<People, 'endSessions'>;
  rules: readonly RoleRule[];
  clock?: Clock;
}): OpenIdPeople {
  const { store, people, rules, clock = systemClock } = deps;

  async function withRole(
    identity: OpenIdIdentity,
    known: Person | undefined,
  ): Promise<OpenIdArrival | undefined> {
    const role = roleOf(identity.claims, rules);
    if (role === undefined) {
      if (known) await people.endSessions(known.id);
      throw noRole(identity, rules);
    }
    if (!known) return made(identity, role);
    if (known.role === role) return { person: known };
    const person = { ...known, role, version: known.version + 1, epoch: known.epoch + 1 };
    const result = await store.write(person);
    if (result === 'last-admin') throw problemError('last-admin', { with: { name: known.name } });
    return result === 'done' ? { person, change: { kind: 'role', from: known.role } } : undefined;
  }

  async function made(identity: OpenIdIdentity, role: Role): Promise<OpenIdArrival | undefined> {
    // Else the set-up link would be over, and nobody there who could invite.
    if (role !== 'admin' && (await store.isEmpty())) throw problemError('not-set-up-yet');
    const { issuer, subject } = identity;
    const id = newPersonId();
    for (let number = 1; ; number += 1) {
      const person: Person = {
        ...{ id, version: 1, name: numbered(nameOf(identity.claims), number, id), role },
        ...{ hasPassword: false, openId: { issuer, subject }, disabled: false, epoch: 1 },
        createdAt: clock.now(),
      };
      const result = await store.write(person);
      if (result === 'done') return { person, change: { kind: 'made' } };
      if (result !== 'taken') return undefined;
    }
  }

  return {
    find: async (identity) => (await store.byOpenId(identity))?.person,
    async signIn(identity) {
      for (;;) {
        const known = await store.byOpenId(identity);
        if (known && !known.person)
          throw problemError('person-removed', { with: { name: nameOf(identity.claims), id: known.id } });
        if (known?.person?.disabled)
          throw problemError('person-disabled', { with: { name: known.person.name, id: known.id } });
        // Nothing: somebody else wrote in between, so all of it is looked at once more.
        const arrived = await withRole(identity, known?.person);
        if (!arrived) continue;
        await store.signedIn(arrived.person.id, clock.now());
        return arrived;
      }
    },
  };
}

const MOST_VALUES_SHOWN = 20;

function noRole({ issuer, claims }: OpenIdIdentity, rules: readonly RoleRule[]) {
  const names = [...new Set(rules.map(({ claim }) => claim))];
  const was = names.map((claim) => {
    const values = valuesOf(claims, claim);
    if (values.length === 0)
      return `${claim}: ${isLeftOut(claims, claim) ? 'too many to be listed' : 'none'}`;
    return `${claim}: ${values.slice(0, MOST_VALUES_SHOWN).join(', ')}${values.length > MOST_VALUES_SHOWN ? ', …' : ''}`;
  });
  const name = shownName(claims);
  return problemError('openid-no-role', { with: { name, issuer, claims: was.join('; ').slice(0, 1_000) } });
}

/** Entra leaves groups out where there are more than 200, and says where else they could be asked for. */
const isLeftOut = ({ _claim_names: elsewhere }: Claims, claim: string): boolean =>
  typeof elsewhere === 'object' && elsewhere !== null && Object.hasOwn(elsewhere, claim);

const NAMING = ['preferred_username', 'email', 'name', 'sub'] as const;

const shownName = (claims: Claims): string =>
  NAMING.map((each) => claims[each])
    .find((each) => typeof each === 'string' && each !== '')
    ?.toString()
    .slice(0, 200) ?? 'Somebody';

/** A name that person.ts allows; a label, by which nobody is recognised. */
export function nameOf(claims: Claims): string {
  const plain = shownName(claims)
    .normalize('NFKD')
    .replace(/\s+/g, '.')
    .replace(/[^A-Za-z0-9._@+-]/g, '');
  return plain.replace(/^[^A-Za-z0-9]+/, '').slice(0, 80) || 'person';
}

const numbered = (name: string, number: number, id: PersonId): string => {
  if (number === 1) return name;
  return number <= MOST_NUMBERED ? `${name}-${number}` : `${name}-${id.slice(-8)}-${number}`;
};
