/** A process of its own that receives, for tests that kill it: reads its plan from the environment, says `ready`. */
import { openWorld, type WorldPlan } from './receive-world.js';

const world = await openWorld(JSON.parse(process.env.WORLD_PLAN ?? '{}') as WorldPlan);
world.work();
process.stdout.write('ready\n');
