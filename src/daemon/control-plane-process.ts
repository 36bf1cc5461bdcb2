// The control plane as a supervised process.

import { type ClientOrder, nodeOrder } from '../apiserver/auth/certificate-authority.ts';
import type { KeyPair } from '../apiserver/auth/certificate-issuer.ts';
import { aborted } from '../base/aborted.ts';
import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { sleep } from '../base/sleep.ts';
import { kubeconfigObject } from '../client/kubeconfig-merge.ts';
import { runSupervised } from '../machinery/supervised.ts';
import { LoopbackPlan } from '../network/loopback/loopback-plan.ts';
import { StoreFileError } from '../store/sqlite/errors.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { jsonLogger } from './logger.ts';
import { simulatedNodesOrder } from './simulated-identity.ts';

export interface ControlPlaneConfig {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** What the cluster is called in the administrator's kubeconfig. */
  readonly contextName: string;
  /** See LoopbackPlan; undefined where nodes have no addresses on this machine. */
  readonly loopback?: number;
  /** The names of those that get a certificate, in order. */
  readonly nodes: readonly string[];
}

/** What a client needs to be somebody. */
export interface Credentials {
  readonly server: string;
  /** PEM, all three. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export interface ControlPlaneInfo {
  readonly apiUrl: string;
  /** The administrator's, as text. */
  readonly kubeconfig: string;
  readonly admin: Credentials;
  readonly forwarder: Credentials;
  readonly simulatedNodes: Credentials;
  /** By the node's name. */
  readonly nodes: Readonly<Record<string, Credentials>>;
}

const forwarderOrder: ClientOrder = { commonName: 'system:kube-proxy', organizations: [] };
/** How long a predecessor may take to let go of the store: whoever runs this has the cluster to itself, so it is on its way out. */
const storeWithinMs = 10_000;

runSupervised<ControlPlaneConfig>(async (config, { signal, ready }) => {
  const logger = jsonLogger();
  const controlPlane = await started(config, logger, signal);
  ready(infoOf(controlPlane, config));
  await aborted(signal);
  await controlPlane.close();
});

async function started(
  config: ControlPlaneConfig,
  logger: Logger,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const { dataDir, host, port } = config;
  const plan = config.loopback === undefined ? undefined : new LoopbackPlan(config.loopback);
  const clients = clientOrders(config.nodes, plan);
  const deadline = systemClock.monotonic() + storeWithinMs;
  for (;;) {
    try {
      const listen = { host, port };
      return await startControlPlane({
        dataDir,
        listen,
        serviceCidr: plan?.serviceCidr,
        clients,
        logger,
      });
    } catch (error) {
      const locked = error instanceof StoreFileError && error.problem === 'locked';
      if (!locked || systemClock.monotonic() > deadline || signal.aborted) throw error;
      await sleep(systemClock, 20, signal);
    }
  }
}

function clientOrders(nodes: readonly string[], plan: LoopbackPlan | undefined): Record<string, ClientOrder> {
  const ofNodes = nodes.map((name, index) => {
    return [name, nodeOrder(name, plan ? [plan.nodeAddress(index + 1)] : [])] as const;
  });
  return { ...Object.fromEntries(ofNodes), forwarder: forwarderOrder, simulated: simulatedNodesOrder };
}

function infoOf({ port, certificates }: ControlPlane, config: ControlPlaneConfig): ControlPlaneInfo {
  const server = `https://${config.host}:${port}`;
  const { caCertificate: ca, admin, clients } = certificates;
  const as = (pair: KeyPair | undefined): Credentials => {
    return { server, ca, cert: pair?.certificate ?? '', key: pair?.privateKey ?? '' };
  };
  return {
    apiUrl: server,
    kubeconfig: `${JSON.stringify(adminKubeconfig(config.contextName, as(admin)), null, 2)}\n`,
    admin: as(admin),
    forwarder: as(clients.forwarder),
    simulatedNodes: as(clients.simulated),
    nodes: Object.fromEntries(config.nodes.map((name) => [name, as(clients[name])])),
  };
}

function adminKubeconfig(name: string, { server, ca, cert, key }: Credentials): object {
  return kubeconfigObject({
    name,
    cluster: { server, 'certificate-authority-data': base64(ca) },
    user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) },
  });
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
