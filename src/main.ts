#!/usr/bin/env node
/** Entry: without arguments, or with `start`, the service, stopped on SIGTERM or SIGINT; with others the command line. */
import { ConfigError, loadConfig } from '../config/load.js';
import { secretsOf } from '../config/secrets.js';
import { ProblemError } from './contract/problem.js';
import { createLogger } from './telemetry/logger.js';
import { createSecretFilter } from './telemetry/secret-shapes.js';

const words = process.argv.slice(2);
const isService = words.length === 0 || (words.length === 1 && words[0] === 'start');

async function service(): Promise<void> {
  // Each is read only where it is what runs: a command need not wait for a service's libraries.
  const { startService } = await import('./app.js');
  const config = loadConfig(process.env);
  const filter = createSecretFilter();
  for (const secret of secretsOf(config)) filter.register(secret);
  const log = createLogger({ level: config.logLevel, filter });
  const running = await startService(config, { log, onSecret: filter.register });

  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      log.info({ signal }, 'stopping: taking no more work, finishing what is in flight');
      running.stop().then(
        () => process.exit(0),
        (error) => {
          log.fatal({ err: error }, 'the stop failed');
          process.exit(1);
        },
      );
    });
  }
}

async function commandLine(): Promise<void> {
  // A reader that has seen enough, such as head, closes the pipe.
  process.stdout.on('error', () => process.exit(0));
  const { runCli } = await import('./cli/main.js');
  process.exitCode = await runCli(words);
}

(isService ? service() : commandLine()).catch((error: unknown) => {
  process.stderr.write(`${isService ? faultText(error) : commandFault(error)}\n`);
  process.exit(1);
});

function commandFault(error: unknown): string {
  return `Something broke inside this command: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** What an operator reads when the service does not start. */
function faultText(error: unknown): string {
  if (error instanceof ProblemError) {
    const { title, detail, next } = error.problem;
    return `Mailgrant cannot start. ${title}: ${detail}\n${next}`;
  }
  if (error instanceof ConfigError) return error.message;
  return `Mailgrant cannot start: ${error instanceof Error ? error.message : String(error)}`;
}
