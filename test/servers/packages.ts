/** Vitest's global set-up of the lanes that start real servers: what they need is on the machine, or is put there. */
import type { TestProject } from 'vitest/node';
import { ensurePackages, SANDBOX_PACKAGES, TEST_PACKAGES } from '../../src/sandbox/packages.js';

export default async function setup(project: TestProject): Promise<void> {
  const packages = project.name === 'live' ? TEST_PACKAGES : SANDBOX_PACKAGES;
  await ensurePackages(packages, { say: (line) => console.log(line) });
}
