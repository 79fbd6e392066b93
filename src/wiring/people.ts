/** Wires the people who sign in to the service itself, by password or through the company's OpenID provider. */
import { createPersonOpenId } from '../oauth/people/person-openid.js';
import type { OutgoingInit } from '../outgoing/outgoing.js';
import { createPeopleServices } from '../people/people-services.js';
import type { Parts } from './parts.js';

export function wirePeople({ config, storage, outgoing, log }: Parts) {
  const { openId, publicUrl } = config;
  const redis = storage.redis.client;
  const isPasswordSignInOff = !config.passwordSignIn;
  const services = createPeopleServices({
    ...{ redis, publicUrl, log, isPasswordSignInOff },
    adminPassword: config.adminPassword,
    ...(openId && { roleRules: openId.roles }),
  });
  const provider =
    openId &&
    createPersonOpenId({
      settings: openId,
      claims: openId.roles.map(({ claim }) => claim),
      redirectUri: `${publicUrl}/sign-in/callback`,
      ...{ redis, vault: storage.vault },
      fetch: (url, init) => outgoing.fetch(url, init as OutgoingInit),
    });
  return {
    ...services,
    isPasswordSignInOff,
    ...(openId && provider && { openId: { name: openId.name, provider } }),
  };
}
