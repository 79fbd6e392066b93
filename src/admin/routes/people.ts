/** /people: who may sign in, and as what. */
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import type { PersonId } from '../../contract/ids.js';
import { type Invitation, invitationToken, type PersonPatch } from '../../people/people.js';
import { NAME_PATTERN, type Person, type Role } from '../../people/person.js';
import { isoTime, timeSchema } from '../../setup/view-parts.js';
import type { AdminDependencies } from '../dependencies.js';
import { ifMatchVersion, versioned } from '../etag.js';
import { listAnswer, listOf, listQuery, pageOptions } from '../lists.js';
import { personView, personViewSchema, removedPersonSchema, removedPersonView } from '../person-view.js';
import { idParams, ifMatchHeaders, nothing } from '../route-parts.js';

const tags = ['people'];

const name = Type.String({ pattern: NAME_PATTERN, description: 'As they sign in; no two alike.' });
const { role } = personViewSchema.properties;

const newPerson = Type.Object({ name, role }, { additionalProperties: false });

const personPatch = Type.Object(
  {
    name: Type.Optional(name),
    role: Type.Optional(role),
    disabled: Type.Optional(Type.Boolean({ description: 'true: cannot sign in; sessions end at once.' })),
  },
  { additionalProperties: false, minProperties: 1 },
);

const invitationAnswer = Type.Object({
  person: personViewSchema,
  url: Type.String({
    description: 'One-time link that sets the password; to be handed to the person. Shown once, works a day.',
  }),
  expiresAt: timeSchema,
});

export const peopleRoutes =
  ({ people, publicUrl }: AdminDependencies): FastifyPluginAsyncTypebox =>
  async (app) => {
    const idOf = (params: { id: string }): PersonId => params.id as PersonId;
    const shown = async (person: Person) => personView(person, (await people.lastSignIns()).get(person.id));
    const invited = async (invitation: Invitation) => ({
      person: await shown(invitation.person),
      url: `${publicUrl}/invitation?token=${invitationToken(invitation)}`,
      expiresAt: isoTime(invitation.expiresAt),
    });
    const read = { params: idParams, response: { 200: personViewSchema } };

    app.get(
      '/people',
      {
        config: { scope: 'admin' },
        schema: {
          tags,
          summary: 'List',
          querystring: listQuery,
          response: { 200: listOf(personViewSchema) },
        },
      },
      async ({ query }) => {
        const [page, signIns] = await Promise.all([people.list(pageOptions(query)), people.lastSignIns()]);
        return listAnswer(page, (each) => personView(each, signIns.get(each.id)));
      },
    );
    app.post(
      '/people',
      {
        config: { scope: 'admin', audit: 'person.create' },
        schema: {
          tags,
          summary: 'Invite',
          description: 'Answers the link with which the person sets their password.',
          body: newPerson,
          response: { 201: invitationAnswer },
        },
      },
      async (request, reply) => {
        const answer = await invited(
          await people.invite({ ...request.body, role: request.body.role as Role }),
        );
        const { person } = answer;
        const { id, name } = person;
        // The link stays out of it: whoever has it sets the password.
        request.audited = { subject: { kind: 'person', id, name }, after: person };
        return reply.code(201).send(answer);
      },
    );
    app.get(
      '/people/:id',
      { config: { scope: 'admin' }, schema: { tags, summary: 'Read', ...read } },
      async ({ params }, reply) => versioned(reply, await shown(await people.read(idOf(params)))),
    );
    app.patch(
      '/people/:id',
      {
        config: { scope: 'admin', audit: 'person.update' },
        schema: {
          tags,
          summary: 'Change',
          description: 'Another role, or being disabled, ends the sessions of the person.',
          headers: ifMatchHeaders,
          body: personPatch,
          ...read,
        },
      },
      async (request, reply) => {
        const version = ifMatchVersion(request);
        const patch = request.body as PersonPatch;
        return versioned(reply, await shown(await people.patch(idOf(request.params), version, patch)));
      },
    );
    app.delete(
      '/people/:id',
      {
        config: { scope: 'admin', audit: 'person.delete' },
        schema: {
          tags,
          summary: 'Delete: their sessions end at once',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: nothing },
        },
      },
      async (request, reply) => {
        await people.delete(idOf(request.params), ifMatchVersion(request));
        return reply.code(204).send(null);
      },
    );
    app.get(
      '/people/removed',
      {
        config: { scope: 'admin' },
        schema: {
          tags,
          summary: 'List who was deleted and is kept out',
          description: 'Of those who came through OpenID: the provider would bring them back.',
          response: { 200: Type.Object({ items: Type.Array(removedPersonSchema) }) },
        },
      },
      async () => ({ items: (await people.removed()).map(removedPersonView) }),
    );
    app.delete(
      '/people/removed/:id',
      {
        config: { scope: 'admin', audit: 'person.let-back' },
        schema: {
          tags,
          summary: 'Let somebody come back who was deleted',
          description: 'They are made anew at their next sign-in, where a claim still gives a role.',
          params: idParams,
          response: { 204: nothing },
        },
      },
      async ({ params }, reply) => {
        await people.letBack(idOf(params));
        return reply.code(204).send(null);
      },
    );
    app.post(
      '/people/:id/invite',
      {
        config: { scope: 'admin', audit: 'person.invite' },
        schema: {
          tags,
          summary: 'Make a new link',
          description:
            'For a link that was lost or a password that was forgotten. Links made before stop working; a password that is there works until the link is used.',
          params: idParams,
          response: { 200: invitationAnswer },
        },
      },
      async ({ params }) => invited(await people.inviteAgain(idOf(params))),
    );
  };
