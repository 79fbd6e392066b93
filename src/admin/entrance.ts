/** The way in for people and for keys, the same for the page and the API: who is it, a session of their own, its cookie. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Person } from '../people/person.js';
import { knownBrowser, newKnownBrowser, sessionCookie, setSessionCookie } from './cookies.js';
import type { AdminDependencies } from './dependencies.js';
import type { Authentication } from './plugins/authentication.js';
import { covers, type Principal, principalOfPerson } from './principal.js';
import type { Credential, Sessions } from './sessions.js';

export interface Entrance {
  sessions: Sessions;
  /**
   * Signs in with a name and a password, or with an admin API key in the place of the password.
   * @throws ProblemError `password-refused`, `sign-in-paused`, `sign-ins-busy`
   */
  signIn(
    request: FastifyRequest,
    reply: FastifyReply,
    given: { name: string; secret: string },
  ): Promise<Principal>;
  /** Lets a person in who proved to be it otherwise: by a one-time link, or their old password. */
  letIn(request: FastifyRequest, reply: FastifyReply, person: Person): Promise<Principal>;
}

type Services = Pick<AdminDependencies, 'people' | 'signInPerson' | 'signInBrake' | 'publicUrl' | 'log'>;

export function createEntrance(deps: Services, { apiKeys, sessions }: Authentication): Entrance {
  const { people, signInPerson, signInBrake, publicUrl, log } = deps;

  /** The session that the browser had before is over: whoever planted it has nothing (session fixation). */
  async function open(request: FastifyRequest, reply: FastifyReply, credential: Credential): Promise<void> {
    const before = sessionCookie(request, publicUrl);
    if (before !== undefined) await sessions.end(before);
    const value = await sessions.start(credential);
    setSessionCookie(reply, publicUrl, { value, leftMs: sessions.lifetimeMs });
  }

  const entrance: Entrance = {
    sessions,
    async signIn(request, reply, { name, secret }) {
      const key = await keyOf(secret);
      if (key) {
        const id = key.kind === 'key' ? key.id : key.kind;
        request.audited = { actor: { kind: 'session', id } };
        await open(request, reply, key);
        return { kind: 'session', name: 'page', openedBy: id, scopes: ['admin'] };
      }
      const known = await people.byName(name);
      if (known) request.audited = { subject: { kind: 'person', id: known.id, name: known.name } };
      const browser = knownBrowser(request, publicUrl);
      try {
        const person = await signInPerson({
          name,
          password: secret,
          address: request.clientAddress,
          browser,
        });
        return await entrance.letIn(request, reply, person);
      } catch (refused) {
        log.warn({ requestId: request.id, from: request.clientAddress }, 'sign-in refused');
        throw refused;
      }
    },
    async letIn(request, reply, person) {
      const { id, name } = person;
      request.audited = { actor: { kind: 'person', id, name }, subject: { kind: 'person', id, name } };
      await open(request, reply, { kind: 'person', person });
      await signInBrake.remember(newKnownBrowser(reply, publicUrl), name);
      return principalOfPerson(person);
    },
  };

  /** An API key that may do everything; a lesser one opens no page. */
  async function keyOf(secret: string): Promise<Exclude<Credential, { kind: 'person' }> | undefined> {
    const principal = secret === '' ? undefined : await apiKeys.principalOf(secret);
    if (!principal || !covers(principal.scopes, 'admin')) return undefined;
    return principal.name === 'environment' ? { kind: 'environment' } : { kind: 'key', id: principal.name };
  }
  return entrance;
}
