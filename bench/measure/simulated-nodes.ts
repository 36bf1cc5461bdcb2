// Simulated nodes as the process that `relevo up --runtime simulated` starts: their pods are Ready at once.

import path from 'node:path';
import { entryUrl } from '../../src/base/entry.ts';
import type { SimulatedNodesConfig } from '../../src/daemon/simulated-nodes-process.ts';
import { Child } from './child.ts';
import type { ControlPlane } from './control-plane.ts';

/** Resolves when all of them are Ready. The log lies in `dir`. */
export function startSimulatedNodes(
  controlPlane: ControlPlane,
  count: number,
  dir: string,
): Promise<Child<unknown>> {
  const config: SimulatedNodesConfig = { count, credentials: controlPlane.child.info.admin };
  const entry = entryUrl('daemon/simulated-nodes-process');
  return Child.start({ name: 'simulated-nodes', entry, config, logDir: path.resolve(dir) });
}
