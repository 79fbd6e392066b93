/** A process of its own that drains, for tests that kill or stop it: reads its plan from the environment, says `ready`. */
import { openWorld, type WorldPlan } from './send-world.js';

const world = await openWorld(JSON.parse(process.env.WORLD_PLAN ?? '{}') as WorldPlan);
world.work();
const recover = setInterval(() => world.queue.recover().catch(() => undefined), 500);
recover.unref();
process.stdout.write('ready\n');
