// The cluster that a drill acts on: one of Relevo's own on this machine, with its machinery, or whichever a kubeconfig names.

import path from 'node:path';
import type { Command } from 'commander';
import { balancerOf, openAccess } from '../drill/world/open-access.ts';
import type { World } from '../drill/world/world.ts';
import type { WorldAccess } from '../drill/world/world-access.ts';
import { type ClusterDir, relevoHome } from '../machinery/cluster-dir.ts';
import { connectionFor, type KubeconfigOptions } from './any-cluster.ts';
import { machineryOf } from './cluster-machinery.ts';
import { UsageError } from './errors.ts';

/** Runs `work` and closes the connections afterwards. Throws UsageError when the cluster does not run, or the kubeconfig cannot be read. */
export async function withWorld<T>(
  self: Command,
  options: KubeconfigOptions,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const found = await accessOf(self, options).catch((error: Error) => {
    throw new UsageError(error.message, { cause: error });
  });
  return opened(found, stateFolder(), work);
}

/** The same for a cluster that this very process has started. */
export async function withWorldOf<T>(cluster: ClusterDir, work: (world: World) => Promise<T>): Promise<T> {
  return opened(await ofCluster(cluster), stateFolder(cluster.home), work);
}

async function opened<T>(
  { access, balancer }: Found,
  journals: string,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const open = await openAccess(access, { stateFolder: journals, mayRunCommands: true });
  try {
    return await work({ ...open.world, balancer });
  } finally {
    await open.close();
  }
}

interface Found extends Pick<World, 'balancer'> {
  readonly access: WorldAccess;
}

async function accessOf(self: Command, options: KubeconfigOptions): Promise<Found> {
  const foreign = await connectionFor(options);
  if (foreign) return { access: { type: 'foreign', transport: foreign.transport } };
  return ofCluster(machineryOf(self).cluster);
}

async function ofCluster(cluster: ClusterDir): Promise<Found> {
  const access = { type: 'own', name: cluster.name, home: cluster.home } as const;
  return { access, balancer: await balancerOf(access) };
}

/** Journals of what drills have to take back: they outlive clusters and this process. */
export function stateFolder(home: string = relevoHome()): string {
  return path.join(home, 'drills');
}
