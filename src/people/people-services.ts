/** Everything about people, as the admin API is given it. */
import type { Clock } from '../contract/clock.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import { createFirstAdmin, type FirstAdmin } from './first-admin.js';
import { createOpenIdPeople, type OpenIdPeople } from './openid-people.js';
import { type Argon2, createPasswordHashes } from './password-hashes.js';
import { createPeople, type People } from './people.js';
import { createPeopleStore } from './people-store.js';
import { createPersonSignIn, type PersonSignIn } from './person-sign-in.js';
import type { RoleRule } from './role-rules.js';
import { createSignInBrake, type SignInBrake } from './sign-in-brake.js';

export interface PeopleServices {
  people: People;
  firstAdmin: FirstAdmin;
  signInBrake: SignInBrake;
  signInPerson: PersonSignIn;
  /** Where people may come through an OpenID provider. */
  openIdPeople?: OpenIdPeople;
}

export function createPeopleServices(deps: {
  redis: RedisClient;
  /** MAILGRANT_ADMIN_PASSWORD */
  adminPassword: string | undefined;
  publicUrl: string;
  /** MAILGRANT_PASSWORD_SIGN_IN is false. */
  isPasswordSignInOff?: boolean;
  /** MAILGRANT_OPENID_ROLES */
  roleRules?: readonly RoleRule[];
  log: Log;
  clock?: Clock;
  argon2?: Argon2;
}): PeopleServices {
  const store = createPeopleStore(deps.redis);
  const passwords = createPasswordHashes({
    ...(deps.argon2 && { argon2: deps.argon2 }),
    isOff: deps.isPasswordSignInOff ?? false,
  });
  const signInBrake = createSignInBrake(deps.redis, deps.clock);
  const people = createPeople({ ...deps, store, passwords });
  const { roleRules: rules } = deps;
  return {
    people,
    ...(rules && { openIdPeople: createOpenIdPeople({ ...deps, store, people, rules }) }),
    firstAdmin: createFirstAdmin({ ...deps, store, passwords }),
    signInBrake,
    signInPerson: createPersonSignIn({ ...deps, store, passwords, brake: signInBrake }),
  };
}
