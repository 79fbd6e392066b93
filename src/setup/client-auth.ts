/** Takes the clientAuth of an application apart: what shows stays in its settings, what is secret is sealed beside them. */
import { momentOf } from '../contract/date-text.js';
import type { ApplicationSecrets } from './application-record.js';
import { type CertificateInput, readCertificate } from './certificate.js';
import type { ClientAuthInput } from './client-auth-schema.js';
import type { ClientAuth } from './model.js';
import { isRecord, type JsonObject } from './schema-node.js';
import type { Fault } from './settings-check.js';

export interface SplitClientAuth {
  clientAuth: ClientAuth;
  secrets: ApplicationSecrets;
}

/**
 * @param input valid by its schema
 * @param options `now`: ms since the epoch; `knownThumbprint`: of the certificate that is stored, and may have expired since
 * @returns both parts, or what is wrong, with paths of the application
 */
export function splitClientAuth(
  input: ClientAuthInput,
  options: { now: number; knownThumbprint?: string | undefined },
): SplitClientAuth | { faults: Fault[] } {
  switch (input.method) {
    case 'clientSecret': {
      const { clientSecret, secondClientSecret, secondExpiresAt, ...shown } = input;
      const faults = [
        ...dateFaults('/clientAuth/expiresAt', shown.expiresAt),
        ...dateFaults('/clientAuth/secondExpiresAt', secondExpiresAt),
      ];
      if (faults.length > 0) return { faults };
      const hasSecond = secondClientSecret !== undefined;
      const dated = hasSecond && secondExpiresAt !== undefined && { secondExpiresAt };
      const secrets = { clientSecret, ...(hasSecond && { secondClientSecret }) };
      return { clientAuth: { ...shown, ...dated } as ClientAuth, secrets };
    }
    case 'certificate': {
      const { method, algorithm, ...files } = input;
      const doubled = files.pfx !== undefined && (files.certificate ?? files.privateKey) !== undefined;
      if (doubled)
        return {
          faults: [{ path: '/clientAuth/pfx', message: 'stands for both certificate and privateKey' }],
        };
      const read = readCertificate(files as CertificateInput, options);
      if ('faults' in read)
        return { faults: read.faults.map((each) => ({ ...each, path: `/clientAuth${each.path}` })) };
      const { privateKey, ...shown } = read.value;
      const signed = algorithm !== undefined && { algorithm };
      return { clientAuth: { method, ...signed, ...shown } as ClientAuth, secrets: { privateKey } };
    }
    default:
      return { clientAuth: input as ClientAuth, secrets: {} };
  }
}

/** A date that there is not would be warned of never. */
const dateFaults = (path: string, date: string | undefined): Fault[] =>
  date === undefined || momentOf(date) !== undefined
    ? []
    : [{ path, message: `${date} is no date that there is` }];

/** The clientAuth as an admin would enter it again: what a patch is merged into. */
export function joinedClientAuth(clientAuth: ClientAuth, secrets: ApplicationSecrets): JsonObject {
  if (clientAuth.method !== 'certificate') return { ...clientAuth, ...secrets };
  const { method, algorithm, certificate } = clientAuth;
  return { method, ...(algorithm !== undefined && { algorithm }), certificate, ...secrets };
}

/**
 * What a patch means for the stored clientAuth before it is merged: a PFX replaces certificate and key, and taking the
 * first secret away puts the second in its place.
 */
export function preparedForPatch(stored: JsonObject, patch: unknown): { stored: JsonObject; patch: unknown } {
  if (!isRecord(patch)) return { stored, patch };
  if (typeof patch.pfx === 'string') {
    const { certificate: _, privateKey: __, ...others } = stored;
    return { stored: others, patch };
  }
  if (patch.clientSecret === null && stored.secondClientSecret !== undefined) {
    const { clientSecret: _, expiresAt: __, secondClientSecret, secondExpiresAt, ...others } = stored;
    const { clientSecret: ___, ...rest } = patch;
    const dated = secondExpiresAt !== undefined && { expiresAt: secondExpiresAt };
    return { stored: { ...others, clientSecret: secondClientSecret, ...dated }, patch: rest };
  }
  return { stored, patch };
}

/** Secrets that travel to the token endpoint themselves, and are not part of a patch: they would go to a new origin. */
export function secretsNotSent(
  secrets: ApplicationSecrets,
  patch: unknown,
): ('clientSecret' | 'secondClientSecret')[] {
  const sent = isRecord(patch) && isRecord(patch.clientAuth) ? patch.clientAuth : {};
  return (['clientSecret', 'secondClientSecret'] as const).filter(
    (name) => secrets[name] !== undefined && typeof sent[name] !== 'string',
  );
}
