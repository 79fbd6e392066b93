/** What modules log through: pino's shape, so that tests may collect lines; telemetry/logger builds the redacting real one. */
import type { ConnectorLog } from '../contract/connector-type.js';

export interface Log extends ConnectorLog {
  error(fields: Record<string, unknown>, message: string): void;
  fatal(fields: Record<string, unknown>, message: string): void;
  /** A log whose lines all carry the given fields (job id, connection, connector). */
  child(fields: Record<string, unknown>): Log;
}

/** Logs nothing; for tests and for parts that run before there is a logger. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  fatal() {},
  child: () => silentLog,
};
