// How a process that was given nothing else reaches the API and the machinery of a drill: plain data, for the guard that outlives its runner.

import type { HttpsTransportOptions } from '../../client/https-transport.ts';
import { ClusterDir } from '../../machinery/cluster-dir.ts';

export type WorldAccess =
  /** A cluster of Relevo's own on this machine. */
  | { readonly type: 'own'; readonly name: string; readonly home: string }
  /** Any other API server. It has secrets: hand it to processes, never to a file. */
  | { readonly type: 'foreign'; readonly transport: Omit<HttpsTransportOptions, 'clock'> };

export type OwnAccess = Extract<WorldAccess, { type: 'own' }>;

/** What journals call it: the same for the same cluster, with nothing secret in it. */
export function worldName(access: WorldAccess): string {
  return access.type === 'own' ? folderOf(access).path : access.transport.server;
}

/** Where the cluster keeps things. */
export function folderOf({ name, home }: OwnAccess): ClusterDir {
  return new ClusterDir(name, { home });
}
