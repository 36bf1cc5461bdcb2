// Relevo's own control plane as the process that `relevo up` starts.

import { mkdirSync } from 'node:fs';
import { entryUrl } from '../../src/base/entry.ts';
import type { ControlPlaneConfig, ControlPlaneInfo } from '../../src/daemon/control-plane-process.ts';
import { Child, type ChildOrder } from './child.ts';
import { ask, Connection } from './connections.ts';
import { type Endpoint, endpointOfKubeconfig } from './endpoint.ts';

export interface ControlPlaneOrder extends Pick<ChildOrder, 'codeCache' | 'under'> {
  /** Its data; made when it is missing. The log lies there, too. */
  readonly dir: string;
  /** Names that get a node's certificate. */
  readonly nodes?: readonly string[];
}

export interface ControlPlane {
  readonly child: Child<ControlPlaneInfo>;
  readonly endpoint: Endpoint;
  /** From the start of its process until /readyz answered 200. */
  readonly readyMs: number;
  stop(): Promise<void>;
}

export async function startControlPlane(order: ControlPlaneOrder): Promise<ControlPlane> {
  const { dir, nodes = [], codeCache, under } = order;
  mkdirSync(dir, { recursive: true });
  const config: ControlPlaneConfig = {
    dataDir: dir,
    apiHost: '127.0.0.1',
    port: 0,
    contextName: 'bench',
    nodes: nodes.map((name, position) => ({ name, index: position + 1 })),
  };
  const child = await Child.start<ControlPlaneInfo>({
    ...{ name: 'control-plane', entry: entryUrl('daemon/control-plane-process') },
    ...{ config, logDir: dir, codeCache, under },
  });
  const endpoint = await endpointOfKubeconfig(child.info.kubeconfig, 'the kubeconfig of the control plane');
  await untilReady(endpoint);
  return { child, endpoint, readyMs: performance.now() - child.startedAt, stop: () => child.stop() };
}

async function untilReady(endpoint: Endpoint): Promise<void> {
  const connection = new Connection(endpoint);
  while ((await ask(connection, { method: 'GET', path: '/readyz' })).status !== 200) {
    // The next question takes as long as the answer to the last one did.
  }
  await connection.close();
}
