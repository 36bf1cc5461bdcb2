// The cluster that a drill acts on: one of Relevo's own on this machine, with its machinery, or whichever a kubeconfig names.

import path from 'node:path';
import type { Command } from 'commander';
import { openAccess } from '../drill/world/open-access.ts';
import type { World } from '../drill/world/world.ts';
import type { WorldAccess } from '../drill/world/world-access.ts';
import type { BalancerStatus } from '../machinery/balancer-status.ts';
import { relevoHome } from '../machinery/cluster-dir.ts';
import { callControl } from '../machinery/control-socket.ts';
import { connectionFor, type KubeconfigOptions } from './any-cluster.ts';
import { machineryOf } from './cluster-machinery.ts';
import { UsageError } from './errors.ts';

/** Runs `work` and closes the connections afterwards. Throws UsageError when the cluster does not run, or the kubeconfig cannot be read. */
export async function withWorld<T>(
  self: Command,
  options: KubeconfigOptions,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const { access, balancer } = await accessOf(self, options).catch((error: Error) => {
    throw new UsageError(error.message, { cause: error });
  });
  const open = await openAccess(access, { stateFolder: stateFolder(), mayRunCommands: true });
  try {
    return await work({ ...open.world, ...(balancer ? { balancer } : {}) });
  } finally {
    await open.close();
  }
}

interface Found {
  readonly access: WorldAccess;
  readonly balancer?: () => Promise<BalancerStatus>;
}

async function accessOf(self: Command, options: KubeconfigOptions): Promise<Found> {
  const foreign = await connectionFor(options);
  if (foreign) return { access: { type: 'foreign', transport: foreign.transport } };
  const { cluster } = machineryOf(self);
  const access: WorldAccess = { type: 'own', name: cluster.name, home: cluster.home };
  const ask = () => callControl<BalancerStatus | null>(cluster.controlSocket, 'balancer');
  // Simulated nodes have none.
  const status = await ask();
  return status === null ? { access } : { access, balancer: async () => (await ask()) ?? status };
}

/** Journals of what drills have to take back: they outlive clusters and this process. */
export function stateFolder(): string {
  return path.join(relevoHome(), 'drills');
}
