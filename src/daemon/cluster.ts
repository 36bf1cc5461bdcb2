// A cluster out of processes: the control plane, then the nodes and the balancer. It lives no longer than the process that started it.

import path from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { FileLock } from '../base/file-lock.ts';
import { processIdentity } from '../base/process-identity.ts';
import type { AccessLogFormat } from '../lb/access-log/formats.ts';
import type { EngineName } from '../lb/engine.ts';
import type { BalancerStatus } from '../machinery/balancer-status.ts';
import { type ClusterDir, codeCache } from '../machinery/cluster-dir.ts';
import { type ControlServer, serveControl } from '../machinery/control-socket.ts';
import { claimFreePort, isPortFree } from '../machinery/free-port.ts';
import { listenAddress, outwardAddresses } from '../machinery/listen-address.ts';
import type { ChildStatus } from '../machinery/supervised-child.ts';
import { Supervisor } from '../machinery/supervisor.ts';
import { claimLoopback, type LoopbackClaim } from '../network/loopback/loopback-claim.ts';
import { mostNodes } from '../network/loopback/loopback-plan.ts';
import { lockCluster } from './cluster-lock.ts';
import { clusterMarker, clusterVariable } from './cluster-marker.ts';
import { type Member, type Members, resized } from './cluster-members.ts';
import {
  type ClusterSettings,
  keepSettings,
  membersOf,
  namesOf,
  type RuntimeName,
  readSettings,
} from './cluster-settings.ts';
import {
  accessLogOf,
  balancerSpecs,
  controlPlaneSpec,
  nodeSpec,
  simulatedNodesSpec,
} from './cluster-specs.ts';
import type { ControlPlaneInfo, Credentials, NodeQuestion } from './control-plane-process.ts';
import { controlVerbs } from './control-verbs.ts';
import { balancerStatusOf, claimEdge, type Edge, settingsOf } from './edge.ts';
import { removeLeftovers } from './leftovers.ts';
import { machineryVerbs } from './machinery-verbs.ts';
import type { NetworkChoice, NetworkName } from './premises/networks.ts';
import { openPremises } from './premises/open.ts';
import type { Premises, PremisesOptions } from './premises/premises.ts';
import { ProcessMachinery } from './process-machinery.ts';

export interface ClusterOptions {
  /** Undefined: as many as at the last start, at first 3. */
  readonly nodes?: number;
  /** Undefined: that of the last start, at first `process`. */
  readonly runtime?: RuntimeName;
  /** Undefined: that of the last start, at first `auto`. */
  readonly network?: NetworkChoice;
  /** What moves the traffic. Undefined: that of the last start, at first `embedded`. */
  readonly engine?: EngineName;
  /** Of the balancer's. Undefined: that of the last start, at first `httplog`. */
  readonly accessLogFormat?: AccessLogFormat;
  /** Of the page of statistics; begins with a slash. Undefined: that of the last start, at first `/stats`. */
  readonly statisticsPath?: string;
  /** Where the balancer is reached besides 127.0.0.1: an address of this machine or a wildcard. Undefined: as at the last start, at first nowhere. */
  readonly listen?: string;
  /** This port and no other. Undefined: that of the last start, at first 6443, and where that is taken another. */
  readonly apiPort?: number;
}

export type ClusterEvent =
  | { readonly type: 'portTaken'; readonly wanted: number; readonly instead: number }
  /** The nodes could not have networks of their own. */
  | { readonly type: 'sharedNetwork'; readonly whyNot: string }
  /** The nodes are plain processes of this machine, with its files and its other processes in sight. */
  | { readonly type: 'plainProcesses'; readonly whyNot: string | undefined }
  /** Pods reach nothing beyond the cluster. */
  | { readonly type: 'noEgress'; readonly whyNot: string }
  /** The nodes' network ended, and with it everything that was on it: all begin anew. */
  | { readonly type: 'networkLost' }
  | { readonly type: 'apiReady'; readonly url: string; readonly seconds: number }
  /** A process that had been started died, or runs again. */
  | { readonly type: 'process'; readonly status: ChildStatus };

/** Plain data. */
export interface ClusterInfo {
  readonly apiUrl: string;
  /** Those that run. */
  readonly nodes: readonly string[];
  /** Those that were stopped on purpose, and stay so. */
  readonly stoppedNodes: readonly string[];
  readonly runtime: RuntimeName;
  /** Undefined where there is none, as between simulated nodes. */
  readonly network?: NetworkName;
  /** Whether nodes have PIDs and mounts of their own, and pods so a root. Undefined where there is no network. */
  readonly isolated?: boolean;
  /** Undefined where there is none, as before simulated nodes. */
  readonly balancer?: BalancerStatus;
}

type Listener = (event: ClusterEvent) => void;

/** The API is for this machine only, whatever the balancer is for. */
const host = '127.0.0.1';

/**
 * Resolves when the API answers and the nodes are ready. Rejects, when everything it started is gone again, with one line: the cluster
 * or its data is in use, the port that was asked for is taken, a process could not start; and with the signal's reason when it aborts.
 */
export async function startCluster(
  dir: ClusterDir,
  options: ClusterOptions,
  onEvent: Listener,
  signal?: AbortSignal,
): Promise<Cluster> {
  signal?.throwIfAborted();
  dir.create();
  const cluster = new Cluster(dir, lockCluster(dir), onEvent);
  const stop = () => void cluster.close();
  signal?.addEventListener('abort', stop);
  try {
    await cluster.start(options);
    signal?.throwIfAborted();
    return cluster;
  } catch (error) {
    await cluster.close();
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

class Cluster {
  readonly #dir: ClusterDir;
  readonly #lock: FileLock;
  readonly #onEvent: Listener;
  readonly #supervisor: Supervisor;
  #claim: LoopbackClaim | undefined;
  #premises: Premises | undefined;
  #edge: Edge | undefined;
  #processes: ProcessMachinery | undefined;
  #control: ControlServer | undefined;
  #info: ClusterInfo | undefined;
  #closing: Promise<void> | undefined;
  #taking: Promise<unknown> = Promise.resolve();
  /** Those whose end and return are no news: they went with the network. */
  #beginningAnew = new Set<string>();

  /** Takes the lock over. */
  constructor(dir: ClusterDir, lock: FileLock, onEvent: Listener) {
    this.#dir = dir;
    this.#lock = lock;
    this.#onEvent = onEvent;
    this.#supervisor = new Supervisor({
      logDir: path.join(dir.data, 'logs'),
      env: { NODE_COMPILE_CACHE: codeCache(dir.home), [clusterVariable]: clusterMarker(dir) },
      onChange: (status) => this.#tell(status),
    });
  }

  get info(): ClusterInfo {
    if (!this.#info) throw new Error('the cluster has not been started');
    return this.#info;
  }

  async start(options: ClusterOptions): Promise<void> {
    const begin = performance.now();
    const kept = readSettings(this.#dir.data);
    const taking = this.#take(options, kept);
    this.#taking = taking;
    const settings = await taking;
    if (this.#closing) throw new Error('the cluster is stopping');
    const premises = this.#premises;
    const nodes = namesOf(settings);
    if (premises) warmUp(premises, settings);
    const [answer] = await this.#supervisor.start([controlPlaneSpec(this.#dir, settings, premises)]);
    const controlPlane = answer as ControlPlaneInfo;
    const surplus = namesOf(kept).filter((name) => !nodes.includes(name));
    if (surplus.length > 0) await this.#removeNodes(controlPlane, surplus);
    this.#record(controlPlane, settings);
    this.#onEvent({
      type: 'apiReady',
      url: controlPlane.apiUrl,
      seconds: (performance.now() - begin) / 1000,
    });
    const stand = premises && this.#edge && { premises, edge: this.#edge };
    const balancing = this.#supervisor.start(balancerSpecs(this.#dir, controlPlane, settings, stand));
    // Waited for below: it starts while the nodes do.
    balancing.catch(() => {});
    const stoppedNodes = premises ? await this.#startNodes(controlPlane, settings, premises) : [];
    if (!premises) await this.#supervisor.start([simulatedNodesSpec(settings.nodes, controlPlane)]);
    await balancing;
    const running = nodes.filter((name) => !stoppedNodes.includes(name));
    const { apiUrl } = controlPlane;
    const { runtime } = settings;
    const { name: network, isolated } = premises?.network ?? {};
    const balancer = this.#balancerStatus(settings);
    this.#info = { apiUrl, nodes: running, stoppedNodes, runtime, network, isolated, balancer };
  }

  /** Stops everything, the last started first, and resolves when it is gone. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Resolves with the names of those that stay stopped. */
  async #startNodes(api: ControlPlaneInfo, settings: ClusterSettings, premises: Premises): Promise<string[]> {
    await premises.complete();
    const { whyNoEgress } = premises;
    if (whyNoEgress !== undefined) this.#onEvent({ type: 'noEgress', whyNot: whyNoEgress });
    const members = membersOf(settings);
    const specOf = async (member: Member) => {
      const credentials = api.nodes[member.name] ?? (await this.#credentialsOf(member));
      return nodeSpec(this.#dir, premises, member, credentials);
    };
    const [dir, supervisor] = [this.#dir, this.#supervisor];
    const keep = (changed: Members) => {
      keepSettings(dir.data, { ...settings, nodes: changed.length, members: changed });
    };
    this.#processes = new ProcessMachinery({ dir, supervisor, premises, members, keep, specOf });
    const running = members.filter(({ stopped }) => !stopped);
    await this.#supervisor.start(await Promise.all(running.map(specOf)));
    return members.flatMap(({ name, stopped }) => (stopped ? [name] : []));
  }

  async #credentialsOf({ name, index }: Member): Promise<Credentials> {
    const question: NodeQuestion = { newNode: { name, index } };
    try {
      return (await this.#supervisor.ask('control-plane', question)) as Credentials;
    } catch (cause) {
      const { message } = cause as Error;
      throw new Error(`${name} cannot join: the control plane issues no certificate (${message})`, { cause });
    }
  }

  get #machinery(): ProcessMachinery {
    if (this.#processes) return this.#processes;
    throw new Error(
      this.#claim || !this.#info
        ? 'the cluster is being started: try again in a moment'
        : 'the nodes of this cluster are simulated, all in one process: there is nothing to stop, freeze or kill; "relevo up --runtime process" makes real ones',
    );
  }

  async #close(): Promise<void> {
    // What is being taken at this moment could not be given back.
    await this.#taking.catch(() => {});
    await this.#processes?.close();
    await this.#supervisor.close();
    await this.#premises?.close();
    await this.#control?.close();
    this.#dir.clearRuntime();
    this.#claim?.release();
    this.#lock.release();
  }

  /** All that close() gives back. */
  async #take(options: ClusterOptions, kept: ClusterSettings): Promise<ClusterSettings> {
    await removeLeftovers(this.#dir);
    const settings = await this.#settle(options, kept);
    const verbs = {
      ...controlVerbs(this.#supervisor, this.#premises, this.#balancerStatus(settings)),
      ...machineryVerbs(() => this.#machinery),
    };
    this.#control = await serveControl(this.#dir.controlSocket, verbs);
    return settings;
  }

  /** Takes what the cluster needs of this machine: a port, and for plain processes a range of addresses. */
  async #settle(options: ClusterOptions, kept: ClusterSettings): Promise<ClusterSettings> {
    const { nodes = kept.nodes, runtime = kept.runtime, engine = kept.engine } = options;
    const { accessLogFormat = kept.accessLogFormat, listen = kept.listen } = options;
    const apiPort = await this.#apiPort(options.apiPort, kept.apiPort);
    if (runtime === 'simulated') return { ...kept, apiPort, nodes, runtime, engine, accessLogFormat, listen };
    if (nodes > mostNodes)
      throw new Error(
        `there can be ${mostNodes} nodes of plain processes, not ${nodes}; --runtime simulated takes more`,
      );
    this.#claim = await claimLoopback({ cluster: clusterMarker(this.#dir), preferred: kept.loopback });
    const { plan } = this.#claim;
    const network = options.network ?? kept.network;
    const taken = (wanted: number, instead: number) => this.#onEvent({ type: 'portTaken', wanted, instead });
    const { statisticsPath = kept.edge?.statisticsPath } = options;
    const wanted = { ...kept.edge, ...(statisticsPath === undefined ? {} : { statisticsPath }) };
    const addresses = addressesMeantBy(listen);
    const edge = await claimEdge(wanted, { address: plan.ingressAddress, outward: addresses }, taken);
    this.#edge = edge;
    const ports = [edge.http, edge.https, edge.statistics];
    this.#premises = await this.#foundPremises(network, {
      ...{ number: plan.number, ownPorts: [apiPort, ...ports], outward: { addresses, ports } },
      onLost: () => this.#beginAnew(),
    });
    const members = resized(membersOf(kept), nodes);
    const loopback = plan.number;
    const balancer = { engine, accessLogFormat, listen, edge: settingsOf(edge) };
    return { apiPort, nodes, runtime, loopback, network, ...balancer, members };
  }

  #balancerStatus({ engine }: ClusterSettings): BalancerStatus | undefined {
    return this.#edge && balancerStatusOf(this.#edge, engine, accessLogOf(this.#dir));
  }

  async #foundPremises(choice: NetworkChoice, options: PremisesOptions): Promise<Premises> {
    const { premises, whyNot, whyPlain } = await openPremises(this.#dir, choice, options);
    if (whyNot !== undefined) this.#onEvent({ type: 'sharedNetwork', whyNot });
    if (!premises.network.isolated) this.#onEvent({ type: 'plainProcesses', whyNot: whyPlain });
    return premises;
  }

  /** As by a power cut of the whole rack. Whoever is not to stay stopped is started again like anybody who died. */
  #beginAnew(): void {
    if (this.#closing) return;
    this.#onEvent({ type: 'networkLost' });
    this.#beginningAnew = new Set(this.#supervisor.list().map(({ name }) => name));
    this.#processes?.losePower();
    this.#supervisor.killAll();
  }

  async #removeNodes({ admin }: ControlPlaneInfo, surplus: readonly string[]): Promise<void> {
    // Loaded when it is needed: a supervisor is small.
    const { removeSurplusNodes } = await import('./surplus-nodes.ts');
    await removeSurplusNodes(admin, surplus);
  }

  async #apiPort(asked: number | undefined, kept: number): Promise<number> {
    if (asked !== undefined) {
      if (await isPortFree(host, asked)) return asked;
      throw new Error(`port ${asked} is taken; without --api-port a free one is found`);
    }
    const port = await claimFreePort(host, kept);
    if (port !== kept) this.#onEvent({ type: 'portTaken', wanted: kept, instead: port });
    return port;
  }

  /** What other shells, and the next start, find. */
  #record({ apiUrl, kubeconfig }: ControlPlaneInfo, settings: ClusterSettings): void {
    keepSettings(this.#dir.data, settings);
    this.#dir.writeKubeconfig(kubeconfig);
    this.#dir.writeRuntime({
      pid: process.pid,
      identity: processIdentity(process.pid) ?? '',
      startedAt: new Date().toISOString(),
      version: manifest.version,
      apiUrl,
      data: this.#dir.data,
      ports: { api: settings.apiPort },
    });
  }

  /** Only what nobody wanted, and its mending. */
  #tell(status: ChildStatus): void {
    const again = status.state === 'running' && status.restarts > 0;
    if (this.#closing || (status.state !== 'waiting' && !again)) return;
    if (again ? this.#beginningAnew.delete(status.name) : this.#beginningAnew.has(status.name)) return;
    this.#onEvent({ type: 'process', status });
  }
}

/** Throws when it is an address of another time or machine. */
function addressesMeantBy(listen: string): readonly string[] {
  const found = listenAddress(listen);
  if ('address' in found) return outwardAddresses(found.address);
  throw new Error(`the balancer cannot listen on ${listen}: ${found.problem}`);
}

/** Namespaces take a moment to be made, and the control plane a longer one to start. Who then needs them is told what went wrong. */
function warmUp(premises: Premises, settings: ClusterSettings): void {
  for (const member of membersOf(settings)) {
    if (member.stopped) continue;
    premises
      .groundOf(member)
      .place.enter?.()
      .catch(() => {});
  }
}

export type { Cluster };
