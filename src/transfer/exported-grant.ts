/** What is inside an exported grant: enough to refresh it elsewhere, and to know whose it is. No access token. */
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { sameAddress } from '../contract/address.js';
import { problemError } from '../contract/problem.js';
import type { ApplicationSettings, Connection } from '../setup/model.js';

const text = Type.String({ minLength: 1, maxLength: 50_000 });

const exportedGrantSchema = Type.Object({
  user: text,
  issuer: Type.Optional(text),
  tenant: Type.Optional(text),
  clientId: text,
  scope: Type.Array(text),
  /** tid and oid at Entra, else issuer and sub. */
  account: Type.Object({ tenant: text, subject: text }),
  refreshToken: text,
});

export type ExportedGrant = Static<typeof exportedGrantSchema>;

/** @throws ProblemError `transfer-file-damaged` */
export function exportedGrant(content: unknown): ExportedGrant {
  if (Value.Check(exportedGrantSchema, content)) return content;
  throw problemError('transfer-file-damaged', { with: { what: 'its content is not a grant' } });
}

/**
 * The grant is of this connection's mailbox, and of its application's client and tenant.
 * @throws ProblemError `transfer-other-user`, `transfer-other-client`, `transfer-other-tenant`, `account-changed`
 */
export function checkFits(
  grant: ExportedGrant,
  { settings, authorization }: Connection,
  application: ApplicationSettings,
): void {
  const { user } = settings;
  if (!sameAddress(grant.user, user))
    throw problemError('transfer-other-user', { with: { user, exported: grant.user } });
  const { clientId } = application;
  if (grant.clientId !== clientId)
    throw problemError('transfer-other-client', { with: { user, clientId, exported: grant.clientId } });
  for (const [name, here, there] of [
    ['issuer', application.issuer, grant.issuer],
    ['tenant', application.tenant, grant.tenant],
  ] as const) {
    if (comparable(here) === comparable(there)) continue;
    throw problemError('transfer-other-tenant', {
      with: { name, here: here ?? 'none', exported: there ?? 'none', user },
    });
  }
  const { account } = authorization;
  const isOther =
    account !== undefined &&
    (account.tenant.toLowerCase() !== grant.account.tenant.toLowerCase() ||
      account.subject !== grant.account.subject);
  if (isOther) throw problemError('account-changed', { with: { signedIn: grant.user } });
}

const comparable = (value: string | undefined): string | undefined =>
  value?.replace(/\/+$/, '').toLowerCase();
