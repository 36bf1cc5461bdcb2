// All simulated nodes of a cluster as one supervised process.

import { aborted } from '../base/aborted.ts';
import { runSupervised } from '../machinery/supervised.ts';
import type { Credentials } from './control-plane-process.ts';
import { jsonLogger } from './logger.ts';
import { startSimulatedNodes } from './simulated-nodes.ts';

export interface SimulatedNodesConfig {
  /** They are called node-1 and so on. */
  readonly count: number;
  /** Of simulatedNodesOrder. */
  readonly credentials: Credentials;
}

runSupervised<SimulatedNodesConfig>(async ({ count, credentials }, { signal, ready }) => {
  const nodes = await startSimulatedNodes({ count, identity: credentials, logger: jsonLogger() });
  ready();
  await aborted(signal);
  await nodes.close();
});
