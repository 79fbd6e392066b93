/** Everything about people, as the admin API is given it. */
import type { Clock } from '../contract/clock.js';
import type { RedisClient } from '../storage/redis.js';
import type { Log } from '../telemetry/log.js';
import { createFirstAdmin, type FirstAdmin } from './first-admin.js';
import { type Argon2, createPasswordHashes } from './password-hashes.js';
import { createPeople, type People } from './people.js';
import { createPeopleStore } from './people-store.js';
import { createPersonSignIn, type PersonSignIn } from './person-sign-in.js';
import { createSignInBrake, type SignInBrake } from './sign-in-brake.js';

export interface PeopleServices {
  people: People;
  firstAdmin: FirstAdmin;
  signInBrake: SignInBrake;
  signInPerson: PersonSignIn;
}

export function createPeopleServices(deps: {
  redis: RedisClient;
  /** MAILGRANT_ADMIN_PASSWORD */
  adminPassword: string | undefined;
  publicUrl: string;
  log: Log;
  clock?: Clock;
  argon2?: Argon2;
}): PeopleServices {
  const store = createPeopleStore(deps.redis);
  const passwords = createPasswordHashes(deps);
  const signInBrake = createSignInBrake(deps.redis, deps.clock);
  return {
    people: createPeople({ ...deps, store, passwords }),
    firstAdmin: createFirstAdmin({ ...deps, store, passwords }),
    signInBrake,
    signInPerson: createPersonSignIn({ ...deps, store, passwords, brake: signInBrake }),
  };
}
