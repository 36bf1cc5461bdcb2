// Opens a world by what its access says: the API, and the machinery where it is at hand.

import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { Client } from '../../client/client.ts';
import { HttpsTransport, type HttpsTransportOptions } from '../../client/https-transport.ts';
import { parseKubeconfig } from '../../client/kubeconfig.ts';
import { connectionOf } from '../../client/kubeconfig-connection.ts';
import type { BalancerStatus } from '../../machinery/balancer-status.ts';
import { callControl } from '../../machinery/control-socket.ts';
import { RemoteMachinery } from '../../machinery/remote-machinery.ts';
import type { World } from './world.ts';
import { folderOf, type OwnAccess, type WorldAccess } from './world-access.ts';

export interface OpenWorld {
  readonly world: World;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Whether the API answers shows at the first call. Rejects when the cluster was never started. */
export async function openAccess(
  access: WorldAccess,
  rest: Pick<World, 'stateFolder' | 'mayRunCommands'>,
): Promise<OpenWorld> {
  const transport = new HttpsTransport({
    ...(access.type === 'own' ? await ownConnection(access) : access.transport),
    requestTimeoutMs: 5_000,
  });
  const client = new Client(transport, { userAgent: 'relevo-drill' });
  const machinery = access.type === 'own' ? new RemoteMachinery(folderOf(access)) : undefined;
  const world: World = { ...rest, client, machinery, clock: systemClock, logger: silentLogger, access };
  return { world, close: () => transport.close() };
}

/** What World.balancer asks. Undefined where there is none, as between simulated nodes; rejects when the cluster does not run. */
export async function balancerOf(access: OwnAccess): Promise<World['balancer']> {
  const { controlSocket } = folderOf(access);
  const ask = () => callControl<BalancerStatus | null>(controlSocket, 'balancer');
  const first = await ask();
  return first === null ? undefined : async () => (await ask()) ?? first;
}

async function ownConnection(access: OwnAccess): Promise<HttpsTransportOptions> {
  const folder = folderOf(access);
  const text = folder.readKubeconfig();
  if (text === undefined) throw new Error(`there is no cluster "${access.name}" in ${access.home}`);
  return (await connectionOf(await parseKubeconfig(text, folder.kubeconfig))).transport;
}
