/**
 * The audit trail's hook: each route that changes something names its action in its config, or the service does not
 * start. The entry is written before the answer leaves: whoever has an answer has an entry.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type {
  AuditAction,
  AuditActor,
  AuditOutcome,
  AuditReport,
  AuditStream,
  AuditSubject,
  SubjectKind,
} from '../../audit/audit-entry.js';
import type { AuditTrail } from '../../audit/audit-trail.js';
import { changedFields, writeOnlyNames } from '../../audit/changed-fields.js';
import type { Principal } from '../principal.js';

/** What of a route is written down; `elsewhere` says where, in place of the audit trail. */
export type RouteAudit = AuditAction | { elsewhere: string };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needed on every route that is not GET, HEAD or OPTIONS. */
    audit?: RouteAudit;
  }
  interface FastifyRequest {
    /** What the handler knows better than the hook. */
    audited: AuditNotes | undefined;
  }
}

export interface AuditNotes {
  actor?: AuditActor;
  subject?: AuditSubject;
  /** The record as its readers see it, where the answer says more than that. */
  after?: object;
  /** What it came to, such as how much was exported. */
  detail?: string;
  /** Nobody is known and nothing happened; strangers are not to fill the trail. */
  isNothing?: boolean;
}

/** Reads a record as its readers see it; `undefined` where it is gone. */
export type SubjectReader = (id: string) => Promise<object | undefined>;

export interface AuditOptions {
  trail: AuditTrail;
  subjects: Partial<Record<SubjectKind, SubjectReader>>;
  /** Schemas beside those of the routes whose writeOnly properties are never written down. */
  schemas: readonly unknown[];
  /** Names of further properties that are never written down. */
  secrets?: readonly string[];
}

interface Pending {
  before: object | undefined;
  after: object | undefined;
  isWritten: boolean;
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);
/** What a body says of a record; acts are asked for with other things, which are no record's fields. */
const SETTINGS_ACT = /\.(create|update)$/;

/** @throws Error, as routes register, for one that changes something and names no action */
export function auditRequests(app: FastifyInstance, options: AuditOptions): void {
  const { trail, subjects } = options;
  const secrets = new Set([...options.schemas.flatMap(writeOnlyNames), ...(options.secrets ?? [])]);
  const pending = new WeakMap<FastifyRequest, Pending>();
  app.decorateRequest('audited', undefined);
  app.addHook('onRoute', ({ config, method, url, schema }) => {
    for (const name of writeOnlyNames(schema?.body)) secrets.add(name);
    const changes = [method].flat().some((each) => !SAFE_METHODS.has(each));
    if (changes && config?.audit === undefined)
      throw new Error(`route ${String(method)} ${url} names no audit action (config.audit)`);
  });
  app.addHook('preHandler', async (request) => {
    const action = actionOf(request);
    if (action === undefined) return;
    const id = idIn(request);
    const read = id === undefined ? undefined : subjects[kindOf(action)];
    // Only to write down what it was: a record that cannot be read is the handler's to report.
    const before = id === undefined ? undefined : await read?.(id).catch(() => undefined);
    pending.set(request, { before, after: undefined, isWritten: false });
  });
  app.addHook('preSerialization', async (request, _reply, payload) => {
    const noted = pending.get(request);
    if (noted && typeof payload === 'object' && payload !== null) noted.after = payload;
    return payload;
  });
  app.addHook('onSend', write);
  // An answer that streams past Fastify's reply.
  app.addHook('onResponse', write);

  async function write(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const action = actionOf(request);
    const noted = pending.get(request) ?? { before: undefined, after: undefined, isWritten: false };
    if (action === undefined || noted.isWritten) return;
    pending.set(request, { ...noted, isWritten: true });
    const actor = request.audited?.actor ?? actorOf(request.principal);
    const { scope } = request.routeOptions.config;
    // Nobody is known and nothing happened: the metrics count it.
    if (request.audited?.isNothing || (actor.kind === 'anonymous' && scope !== 'public')) return;
    const report = reportOf(request, { action, actor, noted, status: reply.statusCode });
    await trail.record(streamOf(report, scope === 'admin' || scope === 'public'), report);
  }

  function reportOf(
    request: FastifyRequest,
    {
      action,
      actor,
      noted,
      status,
    }: { action: AuditAction; actor: AuditActor; noted: Pending; status: number },
  ): AuditReport {
    const { problem, audited } = request;
    const outcome = outcomeOf(status);
    const { before } = noted;
    const after = outcome === 'done' ? (audited?.after ?? noted.after) : undefined;
    const subject = audited?.subject ?? subjectOf(kindOf(action), { id: idIn(request), before, after });
    const changes = SETTINGS_ACT.test(action)
      ? changedFields({ before, after, sent: request.body }, secrets)
      : [];
    const detail = audited?.detail ?? (outcome === 'done' ? undefined : problem?.detail);
    return {
      actor,
      from: request.clientAddress,
      action,
      subject,
      outcome,
      ...(problem && { problem: problem.code }),
      ...(detail !== undefined && { detail }),
      ...(changes.length > 0 && { changes }),
      requestId: request.id,
    };
  }
}

const actionOf = ({ routeOptions }: FastifyRequest): AuditAction | undefined => {
  const { audit } = routeOptions.config ?? {};
  return typeof audit === 'string' ? audit : undefined;
};

const kindOf = (action: AuditAction): SubjectKind => action.split('.')[0] as SubjectKind;

const idIn = ({ params }: FastifyRequest): string | undefined => textIn(params, 'id');

function textIn(record: unknown, name: string): string | undefined {
  const value =
    typeof record === 'object' && record !== null ? (record as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value.slice(0, 200) : undefined;
}

function subjectOf(
  kind: SubjectKind,
  known: { id: string | undefined; before: object | undefined; after: object | undefined },
): AuditSubject {
  const id = known.id ?? textIn(known.after, 'id');
  const name = textIn(known.before, 'name') ?? textIn(known.after, 'name');
  return { kind, ...(id !== undefined && { id }), ...(name !== undefined && { name }) };
}

/** Who asks, as the trail names them. */
export function actorOf(principal: Principal | undefined): AuditActor {
  if (!principal) return { kind: 'anonymous' };
  const { kind, name, title, openedBy } = principal;
  if (kind === 'person') return { kind, ...(principal.id !== undefined && { id: principal.id }), name };
  return { kind, id: openedBy ?? name, ...(title !== undefined && { name: title }) };
}

/** What an answer's status says of what was asked for. */
export function outcomeOf(status: number): AuditOutcome {
  if (status < 400) return 'done';
  return status < 500 ? 'refused' : 'failed';
}

function streamOf({ actor, outcome, problem }: AuditReport, isChange: boolean): AuditStream {
  if (outcome !== 'done' && (actor.kind === 'anonymous' || problem === 'forbidden')) return 'refusals';
  return isChange ? 'changes' : 'operations';
}
