/** Every text of the web app, by screen; what the service says (problems, settings) comes from the service. */
import { alerts } from './alerts.js';
import { applications } from './applications.js';
import { charts } from './charts.js';
import { connections } from './connections.js';
import { connectors } from './connectors.js';
import { home } from './home.js';
import { messages } from './messages.js';
import { parts } from './parts.js';
import { people } from './people.js';
import { problem } from './problem.js';
import { schedules } from './schedules.js';
import { schemaForm } from './schema-form.js';
import { service } from './service.js';
import { shell } from './shell.js';
import { signIn } from './sign-in.js';
import { status } from './status.js';
import { testRun } from './test-run.js';

export const strings = {
  ...{ alerts, applications, charts, connections, connectors, home, messages, parts, people, problem },
  ...{ schedules, schemaForm, service, shell, signIn, status, testRun },
} as const;
