// A cluster out of processes: the control plane, then the nodes and the forwarder. It lives no longer than the process that started it.

import path from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import type { FileLock } from '../base/file-lock.ts';
import { processIdentity } from '../base/process-identity.ts';
import { type ClusterDir, codeCache } from '../machinery/cluster-dir.ts';
import { type ControlServer, serveControl } from '../machinery/control-socket.ts';
import { claimFreePort, isPortFree } from '../machinery/free-port.ts';
import type { ChildStatus } from '../machinery/supervised-child.ts';
import { Supervisor } from '../machinery/supervisor.ts';
import { claimLoopback, type LoopbackClaim } from '../network/loopback/loopback-claim.ts';
import { mostNodes } from '../network/loopback/loopback-plan.ts';
import { lockCluster } from './cluster-lock.ts';
import { type ClusterSettings, keepSettings, type RuntimeName, readSettings } from './cluster-settings.ts';
import { controlPlaneSpec, forwarderSpecs, nodeSpecs } from './cluster-specs.ts';
import type { ControlPlaneInfo } from './control-plane-process.ts';
import { controlVerbs } from './control-verbs.ts';
import { nodeNames } from './node-names.ts';
import { clusterMarker } from './pod-processes.ts';

export interface ClusterOptions {
  /** Undefined: as many as at the last start, at first 3. */
  readonly nodes?: number;
  /** Undefined: that of the last start, at first `process`. */
  readonly runtime?: RuntimeName;
  /** This port and no other. Undefined: that of the last start, at first 6443, and where that is taken another. */
  readonly apiPort?: number;
}

export type ClusterEvent =
  | { readonly type: 'portTaken'; readonly wanted: number; readonly instead: number }
  | { readonly type: 'apiReady'; readonly url: string; readonly seconds: number }
  /** A process that had been started died, or runs again. */
  | { readonly type: 'process'; readonly status: ChildStatus };

/** Plain data. */
export interface ClusterInfo {
  readonly apiUrl: string;
  readonly nodes: readonly string[];
  readonly runtime: RuntimeName;
}

type Listener = (event: ClusterEvent) => void;

/** Nothing listens beyond this machine. */
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
  #control: ControlServer | undefined;
  #info: ClusterInfo | undefined;
  #closing: Promise<void> | undefined;

  /** Takes the lock over. */
  constructor(dir: ClusterDir, lock: FileLock, onEvent: Listener) {
    this.#dir = dir;
    this.#lock = lock;
    this.#onEvent = onEvent;
    this.#supervisor = new Supervisor({
      logDir: path.join(dir.data, 'logs'),
      env: { NODE_COMPILE_CACHE: codeCache(dir.home) },
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
    const settings = await this.#settle(options, kept);
    const plan = this.#claim?.plan;
    const nodes = nodeNames(settings.nodes);
    this.#control = await serveControl(this.#dir.controlSocket, controlVerbs(this.#supervisor));
    const [answer] = await this.#supervisor.start([controlPlaneSpec(this.#dir, host, settings, plan)]);
    const controlPlane = answer as ControlPlaneInfo;
    if (kept.nodes > nodes.length) await this.#removeNodes(controlPlane, nodes);
    this.#record(controlPlane, settings);
    this.#onEvent({
      type: 'apiReady',
      url: controlPlane.apiUrl,
      seconds: (performance.now() - begin) / 1000,
    });
    await this.#supervisor.start(nodeSpecs(this.#dir, settings, controlPlane, plan));
    await this.#supervisor.start(forwarderSpecs(controlPlane, plan));
    this.#info = { apiUrl: controlPlane.apiUrl, nodes, runtime: settings.runtime };
  }

  /** Stops everything, the last started first, and resolves when it is gone. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#supervisor.close();
    await this.#control?.close();
    this.#dir.clearRuntime();
    this.#claim?.release();
    this.#lock.release();
  }

  /** Takes what the cluster needs of this machine: a port, and for plain processes a range of addresses. */
  async #settle(options: ClusterOptions, kept: ClusterSettings): Promise<ClusterSettings> {
    const { nodes = kept.nodes, runtime = kept.runtime } = options;
    const apiPort = await this.#apiPort(options.apiPort, kept.apiPort);
    if (runtime === 'simulated') return { ...kept, apiPort, nodes, runtime };
    if (nodes > mostNodes)
      throw new Error(
        `there can be ${mostNodes} nodes of plain processes, not ${nodes}; --runtime simulated takes more`,
      );
    this.#claim = await claimLoopback({ cluster: clusterMarker(this.#dir), preferred: kept.loopback });
    return { apiPort, nodes, runtime, loopback: this.#claim.plan.number };
  }

  async #removeNodes({ admin }: ControlPlaneInfo, wanted: readonly string[]): Promise<void> {
    // Loaded when it is needed: a supervisor is small.
    const { removeSurplusNodes } = await import('./surplus-nodes.ts');
    await removeSurplusNodes(admin, wanted);
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
    this.#onEvent({ type: 'process', status });
  }
}

export type { Cluster };
