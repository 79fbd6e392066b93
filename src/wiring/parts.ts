/** What the wiring starts from: what app.ts has opened before any service is built. */
import type { Config } from '../../config/load.js';
import type { InstanceMetadata } from '../outgoing/instance-metadata.js';
import type { Outgoing } from '../outgoing/outgoing.js';
import type { Providers } from '../setup/preset.js';
import type { OpenStorage } from '../storage/open-storage.js';
import type { WakeUpQueue } from '../storage/wake-up-queue.js';
import type { Log } from '../telemetry/log.js';
import type { Metrics } from '../telemetry/metrics.js';

export interface Parts {
  config: Config;
  storage: OpenStorage;
  outgoing: Outgoing;
  /** The way to the managed identity of this machine. */
  instanceMetadata: InstanceMetadata;
  /** Presets; the sandbox adds its own. */
  providers: Providers;
  metrics: Metrics;
  log: Log;
}

/** One queue of wake-ups per background role. */
export interface Queues {
  refresh: WakeUpQueue;
  receive: WakeUpQueue;
  send: WakeUpQueue;
}
