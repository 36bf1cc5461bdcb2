// The programs that benchmarks of the balancer need and tests do not.

import { programOnPath } from '../../scripts/testing/programs.ts';

/** Program → Debian package. */
const tools: Readonly<Record<string, string>> = {
  ...{ wrk: 'wrk', nginx: 'nginx-light', haproxy: 'haproxy', taskset: 'util-linux' },
};

/** Throws an Error that says in one line what to install. */
export function requireTools(): void {
  const missing = Object.keys(tools).filter((tool) => programOnPath(tool) === undefined);
  if (missing.length === 0) return;
  const packages = missing.map((tool) => tools[tool]).join(' ');
  throw new Error(`benchmarks of the balancer need ${missing.join(', ')}: run "apt-get install ${packages}"`);
}
