/** What people do with their own account: set it up, accept an invitation, change the password, sign out everywhere. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemError } from '../contract/problem.js';
import { knownBrowser } from './cookies.js';
import type { AdminDependencies } from './dependencies.js';
import type { Entrance } from './entrance.js';
import type { Principal } from './principal.js';

export interface OwnAccount {
  /** @throws ProblemError as people/first-admin and people/people do */
  setUp(
    request: FastifyRequest,
    reply: FastifyReply,
    given: { token: string; name: string; password: string },
  ): Promise<Principal>;
  acceptInvitation(
    request: FastifyRequest,
    reply: FastifyReply,
    given: { token: string; password: string },
  ): Promise<Principal>;
  /** @throws ProblemError `person-session-needed`, `old-password-wrong`, `password-too-weak`, `sign-in-paused` */
  changePassword(
    request: FastifyRequest,
    reply: FastifyReply,
    given: { old: string; new: string },
  ): Promise<Principal>;
  /** Ends the sessions of the person who asks; of a session that a key opened there is no other to end. */
  endAllSessions(request: FastifyRequest): Promise<void>;
}

export function createOwnAccount(
  { people, firstAdmin, signInBrake, publicUrl }: AdminDependencies,
  entrance: Entrance,
): OwnAccount {
  return {
    async setUp(request, reply, given) {
      return entrance.letIn(request, reply, await firstAdmin.setUp(given));
    },
    async acceptInvitation(request, reply, { token, password }) {
      return entrance.letIn(request, reply, await people.acceptInvitation(token, password));
    },
    async changePassword(request, reply, passwords) {
      const { principal } = request;
      if (principal?.kind !== 'person' || principal.id === undefined)
        throw problemError('person-session-needed');
      const { id, name } = principal;
      request.audited = { subject: { kind: 'person', id, name } };
      // Whoever found an open session must not find the password with it.
      const { succeeded } = await signInBrake.admit({
        ...{ name, address: request.clientAddress },
        browser: knownBrowser(request, publicUrl),
      });
      const person = await people.changePassword(id, passwords);
      await succeeded();
      return entrance.letIn(request, reply, person);
    },
    async endAllSessions({ principal }) {
      if (principal?.kind === 'person' && principal.id !== undefined) await people.endSessions(principal.id);
    },
  };
}
