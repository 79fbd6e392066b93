/** Applications as they were a moment ago: every poll and every message asks for one, and they hardly ever change. */
import type { ApplicationId } from '../contract/ids.js';
import type { Applications } from './applications.js';
import type { Application } from './model.js';

/** A change made by another process is seen after this. */
const GOOD_FOR_MS = 1_000;
const REMEMBERED = 1_000;

export interface RecentApplications {
  /** @throws ProblemError `not-found` */
  read(id: ApplicationId): Promise<Application>;
  /** For ChangeListener.applicationChanged: a change made here is seen at once. */
  forget(id: ApplicationId): void;
}

export function createRecentApplications(applications: Pick<Applications, 'read'>): RecentApplications {
  const known = new Map<ApplicationId, { until: number; application: Promise<Application> }>();
  return {
    read(id) {
      const recent = known.get(id);
      if (recent && performance.now() < recent.until) return recent.application;
      const application = applications.read(id);
      if (known.size >= REMEMBERED) known.clear();
      known.set(id, { until: performance.now() + GOOD_FOR_MS, application });
      application.catch(() => known.delete(id));
      return application;
    },
    forget: (id) => void known.delete(id),
  };
}
