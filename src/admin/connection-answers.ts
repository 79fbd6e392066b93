/** Connections as they are shown: with what stops their application, read once per application, and what they are warned of. */
import type { ApplicationId } from '../contract/ids.js';
import { type Problem, ProblemError } from '../contract/problem.js';
import type { Applications } from '../setup/applications.js';
import { type ConnectionView, connectionView } from '../setup/connection-view.js';
import type { Application, Connection } from '../setup/model.js';
import type { AdminDependencies } from './dependencies.js';

/** The applications of some connections, by id; one that has just gone is not there. */
export type KnownApplications = ReadonlyMap<ApplicationId, Application>;

/** @param connections whose applications to look at; an application that has just gone counts as without failure */
export async function applicationsOf(
  applications: Applications,
  connections: readonly Connection[],
): Promise<KnownApplications> {
  const ids = [...new Set(connections.map(({ settings }) => settings.application))];
  const found = await Promise.all(
    ids.map(async (id) => {
      if (id === undefined) return undefined;
      return applications.read(id).catch((error) => {
        if (error instanceof ProblemError && error.problem.code === 'not-found') return undefined;
        throw error;
      });
    }),
  );
  return new Map(found.flatMap((application) => (application ? [[application.id, application]] : [])));
}

const applicationOf = ({ settings }: Connection, known: KnownApplications): Application | undefined =>
  settings.application === undefined ? undefined : known.get(settings.application);

export const failureOf = (connection: Connection, known: KnownApplications): Problem | undefined =>
  applicationOf(connection, known)?.failure;

/** A connection among others whose applications were read together. */
export const connectionAnswer = (
  { warnings }: Pick<AdminDependencies, 'warnings'>,
  connection: Connection,
  known: KnownApplications,
): ConnectionView =>
  connectionView(
    connection,
    failureOf(connection, known),
    warnings.ofConnection(connection, applicationOf(connection, known)),
  );

/** One connection as the API answers it. */
export async function shownConnection(
  deps: Pick<AdminDependencies, 'applications' | 'warnings'>,
  connection: Connection,
): Promise<ConnectionView> {
  return connectionAnswer(deps, connection, await applicationsOf(deps.applications, [connection]));
}
