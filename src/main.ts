#!/usr/bin/env node
/** Entry: reads the configuration, starts the service, and stops it on SIGTERM or SIGINT. */
import { ConfigError, loadConfig } from '../config/load.js';
import { startService } from './app.js';
import { ProblemError } from './contract/problem.js';
import { createLogger } from './telemetry/logger.js';

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLogger({ level: config.logLevel });
  const service = await startService(config, { log });

  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'stopping: taking no more work, finishing what is in flight');
      service.stop().then(
        () => process.exit(0),
        (error) => {
          log.fatal({ err: error }, 'the stop failed');
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${faultText(error)}\n`);
  process.exit(1);
});

/** What an operator reads when the service does not start. */
function faultText(error: unknown): string {
  if (error instanceof ProblemError) {
    const { title, detail, next } = error.problem;
    return `Mailgrant cannot start. ${title}: ${detail}\n${next}`;
  }
  if (error instanceof ConfigError) return error.message;
  return `Mailgrant cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
