/** A process of its own that looks for alerts and tells them, for tests that kill it: reads its plan from the environment, says `ready`. */
import { openAlertsWorld, type WorldPlan } from './alerts-world.js';

const world = await openAlertsWorld(JSON.parse(process.env.WORLD_PLAN ?? '{}') as WorldPlan);
process.stdout.write('ready\n');
await world.alerts.run(new AbortController().signal);
setInterval(() => undefined, 60_000);
