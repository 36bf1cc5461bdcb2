// The control plane as a supervised process.

import { type ClientOrder, nodeOrder } from '../apiserver/auth/certificate-authority.ts';
import type { KeyPair } from '../apiserver/auth/certificate-issuer.ts';
import { aborted } from '../base/aborted.ts';
import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { sleep } from '../base/sleep.ts';
import { kubeconfigObject } from '../client/kubeconfig-entry.ts';
import { listenOutside } from '../machinery/ports-broker.ts';
import { runSupervised } from '../machinery/supervised.ts';
import type { NetworkPlan } from '../network/network-plan.ts';
import { StoreFileError } from '../store/sqlite/errors.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
import { jsonLogger } from './logger.ts';
import { type NetworkSpec, planOf } from './premises/networks.ts';
import { simulatedNodesOrder } from './simulated-identity.ts';

export interface ControlPlaneConfig {
  readonly dataDir: string;
  /** Of the API, on 127.0.0.1 and wherever else it is found. */
  readonly port: number;
  /** What the cluster is called in the administrator's kubeconfig. */
  readonly contextName: string;
  /** Undefined where nodes have no addresses on this machine. */
  readonly network?: NetworkSpec;
  /** Where nodes and pods find the API. Where that is in another network than this machine's, 127.0.0.1 is opened by the supervisor. */
  readonly apiHost: string;
  /** Those that get a certificate. */
  readonly nodes: readonly NodeIdentity[];
}

export interface NodeIdentity {
  readonly name: string;
  /** Its place in the NetworkPlan. */
  readonly index: number;
}

/** What the supervisor may ask: the credentials of one more node. Answered with Credentials. */
export interface NodeQuestion {
  readonly newNode: NodeIdentity;
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
  readonly balancer: Credentials;
  readonly simulatedNodes: Credentials;
  /** By the node's name. */
  readonly nodes: Readonly<Record<string, Credentials>>;
}

/** Where this machine's users find the API. */
const outsideHost = '127.0.0.1';
const balancerOrder: ClientOrder = { commonName: 'system:relevo:balancer', organizations: [] };
/** How long a predecessor may take to let go of the store: whoever runs this has the cluster to itself, so it is on its way out. */
const storeWithinMs = 10_000;

runSupervised<ControlPlaneConfig>(async (config, { signal, ready, onQuestion }) => {
  const logger = jsonLogger();
  const controlPlane = await started(config, logger, signal);
  onQuestion((question) => newNodeCredentials(controlPlane, config, (question as NodeQuestion).newNode));
  ready(infoOf(controlPlane, config));
  await aborted(signal);
  await controlPlane.close();
});

async function started(
  config: ControlPlaneConfig,
  logger: Logger,
  signal: AbortSignal,
): Promise<ControlPlane> {
  const { dataDir } = config;
  const plan = config.network && planOf(config.network);
  const clients = clientOrders(config.nodes, plan);
  const serviceCidr = plan?.serviceCidr;
  const deadline = systemClock.monotonic() + storeWithinMs;
  const addresses = listenAddresses(config);
  for (;;) {
    try {
      return await startControlPlane({ ...addresses, dataDir, serviceCidr, clients, logger });
    } catch (error) {
      const locked = error instanceof StoreFileError && error.problem === 'locked';
      if (!locked || systemClock.monotonic() > deadline || signal.aborted) throw error;
      await sleep(systemClock, 20, signal);
    }
  }
}

function listenAddresses({
  apiHost,
  port,
}: ControlPlaneConfig): Pick<ControlPlaneOptions, 'listen' | 'alsoListen'> {
  const listen = { host: apiHost, port };
  if (apiHost === outsideHost) return { listen };
  const outside = { host: outsideHost, port };
  return { listen, alsoListen: [{ ...outside, open: () => listenOutside(outside) }] };
}

/** Not kept: from the next start of the cluster on it is one of those that it has. */
async function newNodeCredentials(
  { port, certificates }: ControlPlane,
  { apiHost, network }: ControlPlaneConfig,
  node: NodeIdentity,
): Promise<Credentials> {
  if (!network) throw new Error('the nodes of this cluster have no addresses of their own');
  const order = orderOf(node, planOf(network));
  const { certificate, privateKey } = await certificates.issueClientCertificate(order);
  const ca = certificates.caCertificate;
  return { server: `https://${apiHost}:${port}`, ca, cert: certificate, key: privateKey };
}

function orderOf({ name, index }: NodeIdentity, plan: NetworkPlan | undefined): ClientOrder {
  return nodeOrder(name, plan ? [plan.nodeAddress(index)] : []);
}

function clientOrders(
  nodes: readonly NodeIdentity[],
  plan: NetworkPlan | undefined,
): Record<string, ClientOrder> {
  const ofNodes = nodes.map((node) => [node.name, orderOf(node, plan)] as const);
  return { ...Object.fromEntries(ofNodes), balancer: balancerOrder, simulated: simulatedNodesOrder };
}

function infoOf({ port, certificates }: ControlPlane, config: ControlPlaneConfig): ControlPlaneInfo {
  const { caCertificate: ca, admin, clients } = certificates;
  const as = (pair: KeyPair | undefined, host: string): Credentials => {
    const server = `https://${host}:${port}`;
    return { server, ca, cert: pair?.certificate ?? '', key: pair?.privateKey ?? '' };
  };
  const owner = as(admin, outsideHost);
  return {
    apiUrl: owner.server,
    kubeconfig: `${JSON.stringify(adminKubeconfig(config.contextName, owner), null, 2)}\n`,
    admin: owner,
    balancer: as(clients.balancer, config.apiHost),
    simulatedNodes: as(clients.simulated, config.apiHost),
    nodes: Object.fromEntries(config.nodes.map(({ name }) => [name, as(clients[name], config.apiHost)])),
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
