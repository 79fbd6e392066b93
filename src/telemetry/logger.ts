/** The log: one JSON line each (pino), without secrets whoever logs what. */
import { type DestinationStream, pino } from 'pino';
import { ProblemError } from '../contract/problem.js';
import type { Log } from './log.js';
import { createSecretFilter, type SecretFilter } from './secret-shapes.js';

export interface LoggerOptions {
  /** pino's level, or `silent` */
  level: string;
  /** Where lines go; standard output unless given. */
  destination?: DestinationStream;
  filter?: SecretFilter;
}

export interface Logger extends Log {
  level: string;
  trace(fields: Record<string, unknown>, message: string): void;
  flush(): Promise<void>;
}

/** Fields that are never written, wherever in the first three levels they stand. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'pass',
  'secret',
  'passphrase',
  'privateKey',
  'pfx',
  'clientSecret',
  'client_secret',
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'idToken',
  'id_token',
  'codeVerifier',
  'code_verifier',
  'apiKey',
  'tokens',
  'credentials',
];
const QUOTED_SECRET_FIELDS = SECRET_FIELDS.map((name) => (/^\w+$/.test(name) ? name : `["${name}"]`));
const REDACTED_PATHS = QUOTED_SECRET_FIELDS.flatMap((name) => {
  const below = name.startsWith('[') ? name : `.${name}`;
  return [name, `*${below}`, `*.*${below}`];
});

/** Builds the log. Errors are written as `err`: name, code, message and stack; of a problem its code and its server's words. */
export function createLogger(options: LoggerOptions): Logger {
  const filter = options.filter ?? createSecretFilter();
  const destination = options.destination ?? pino.destination({ fd: 1, sync: false });
  const logger = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED_PATHS, censor: '[removed]' },
      serializers: { err: describedError, error: describedError },
      // The whole line, as the last step: what no path and no serializer knew.
      hooks: { streamWrite: (line) => filter.clean(line) },
    },
    destination,
  );
  return Object.assign(logger as unknown as Omit<Logger, 'flush'>, {
    flush: () => new Promise<void>((resolve) => logger.flush(() => resolve())),
  });
}

const MOST_CAUSES = 5;

/** What of an error is worth a line. Never its other properties: clients hang requests, with headers, on their errors. */
export function describedError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const cause =
    error.cause !== undefined && depth < MOST_CAUSES ? describedError(error.cause, depth + 1) : undefined;
  return {
    name: error.name,
    ...('code' in error && { code: String(error.code) }),
    message: withoutQueries(error.message),
    ...(error instanceof ProblemError
      ? {
          problem: error.problem.code,
          serverWords: error.problem.serverWords,
          foreign: error.problem.foreign,
        }
      : { stack: withoutQueries(error.stack ?? '') }),
    ...(cause !== undefined && { cause }),
  };
}

/** URLs keep origin and path: codes, states and tokens travel in the rest. */
const withoutQueries = (text: string): string =>
  text.replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s?#"']*)[?#][^\s"']*/gi, '$1?[removed]');
