// Pods as plain processes of the host. node-init keeps the programs; this object decides what they are, remembers what was asked for, and
// may be closed or killed at any moment without a pod noticing.

import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { enteredProcess } from '../../base/namespaces/entered-process.ts';
import { Subscribable } from '../../base/subscribable.ts';
import { CreateContainerError, NotFoundError, NotRunningError } from '../errors.ts';
import { readLog } from '../log/log-reader.ts';
import type {
  AttachableRuntime,
  AttachRequest,
  ContainerSpec,
  ContainerUsage,
  ExecRequest,
  ImageRequest,
  LogLine,
  LogOptions,
  ResolvedImage,
  RuntimeContainer,
  RuntimeEvent,
  RuntimePod,
  RuntimePodSpec,
  StopOptions,
  StreamSession,
  VisibleRuntime,
} from '../runtime.ts';
import { openAttach } from './attach-session.ts';
import { containerOrder } from './container-order.ts';
import { commandOf } from './container-program.ts';
import { openExec, runError } from './exec-session.ts';
import { usualPath } from './images/build/requirements.ts';
import { Images } from './images.ts';
import type { LimitsReport } from './limits/limits-report.ts';
import { markerOf, markerVariable, nodeMarkerPrefix, processesByMarker } from './marked-processes.ts';
import type { ProgramOrder, ProgramRecord } from './node-init/messages.ts';
import { NodeInitLostError, runningNodeInit } from './node-init-connection.ts';
import { NodePrograms } from './node-programs.ts';
import { PlainPods } from './plain-pods.ts';
import { type KeptPod, PodFolders } from './pod-folders.ts';
import type { PodHousing, PodPlace } from './pod-housing.ts';
import { containerOf, type ProgramNotes } from './program-notes.ts';
import { IsolatedPods } from './root/isolated-pods.ts';
import { Isolation } from './root/isolation.ts';
import { isSandbox, sandboxName } from './root/sandbox.ts';
import { preparationFailed } from './root/start-report.ts';
import { UsageRates, usageBySession } from './usage.ts';

export interface ProcessRuntimeOptions {
  /** The node's own, made when missing; logs and records lie in it. */
  folder: string;
  /** Tells the cluster from every other on this machine, also after a restart. */
  cluster: string;
  node: string;
  /** When this process is gone, everything on the node is killed. Undefined: it runs until stopNode(). */
  keeper?: { pid: number; identity: string };
  /** A folder for Node's compiled code, for the built-in images. */
  compileCache?: string;
  /** The folder of the user's image store. Undefined: only the built-in images are there. */
  images?: string;
  /** What pods inherit, after what is not for them is taken out. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /**
   * `namespaces`: each pod has its own, and each container a root of its own, which needs this process to be root (of a user namespace at
   * least) within PID and mount namespaces of the node's own. Default `none`: programs of the machine as they are.
   */
  isolation?: 'namespaces' | 'none';
  /** Default true: limits by control groups where that is possible. */
  controlGroups?: boolean;
  logger: Logger;
  clock: Clock;
}

export class ProcessRuntime implements AttachableRuntime, VisibleRuntime {
  readonly name = 'process';
  readonly version: string = manifest.version;
  readonly events = new Subscribable<RuntimeEvent>();
  readonly #options: ProcessRuntimeOptions;
  readonly #pods: PodFolders;
  readonly #programs: NodePrograms;
  readonly #images: Images;
  readonly #rates = new UsageRates();
  readonly #starting = new Map<string, Set<Promise<unknown>>>();
  readonly #housing: PodHousing;
  #execs = 0;

  private constructor(options: ProcessRuntimeOptions, programs: NodePrograms, isolation?: Isolation) {
    const { node, compileCache, images, env = process.env } = options;
    this.#options = options;
    this.#pods = new PodFolders(path.join(options.folder, 'pods'));
    this.#programs = programs;
    this.#housing = isolation ? new IsolatedPods(isolation, programs) : new PlainPods(env);
    const searchPath = isolation ? usualPath : env.PATH;
    this.#images = new Images({ node, version: this.version, compileCache, searchPath, store: images });
    programs.onExit((record) => {
      if (!isSandbox(record)) this.events.emit({ type: 'container', container: this.#container(record) });
    });
    programs.onResync(() => this.events.emit({ type: 'resync' }));
  }

  /** Adopts what runs on the node, and starts its node-init when there is none. One runtime per node at a time. */
  static async open(options: ProcessRuntimeOptions): Promise<ProcessRuntime> {
    const { folder, cluster, node, keeper, controlGroups, logger, clock } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const markerPrefix = nodeMarkerPrefix(cluster, node);
    const programs = await NodePrograms.open(
      { folder, markerPrefix, keeper, controlGroups },
      { logger, clock },
    );
    const isIsolated = options.isolation === 'namespaces';
    return new ProcessRuntime(options, programs, isIsolated ? await Isolation.open(options) : undefined);
  }

  /** See DisplacingRuntime; undefined where containers have roots of their own. */
  get rootVariable(): string | undefined {
    return this.#housing.rootVariable;
  }

  /** How limits are enforced on this node; undefined while its node-init is away. */
  get limits(): LimitsReport | undefined {
    return runningNodeInit(this.#options.folder)?.limits;
  }

  async pods(): Promise<RuntimePod[]> {
    return this.#pods.all().map((pod) => this.#pod(pod));
  }

  async createPod(spec: RuntimePodSpec, signal?: AbortSignal): Promise<RuntimePod> {
    signal?.throwIfAborted();
    const known = this.#pods.get(spec.uid);
    if (known) return this.#pod(known);
    const pod = { spec, createdAt: this.#options.clock.now() };
    this.#pods.create(pod);
    await this.#housing.create(this.#placeOf(pod)).catch((error) => {
      this.#pods.remove(spec.uid);
      throw error;
    });
    return this.#pod(pod);
  }

  async resolveImage(request: ImageRequest, signal?: AbortSignal): Promise<ResolvedImage> {
    signal?.throwIfAborted();
    return this.#images.resolve(request);
  }

  async startContainer(podUid: string, spec: ContainerSpec, signal?: AbortSignal): Promise<RuntimeContainer> {
    signal?.throwIfAborted();
    await this.#pods.untilReleased(podUid, this.#options.clock, signal);
    const pod = this.#pods.get(podUid);
    if (!pod) throw new NotFoundError(`there is no pod ${podUid} on this node`);
    const starting = this.#start(pod, spec);
    const record = await this.#tracked(podUid, starting);
    await this.#dropOlder(podUid, spec.name);
    signal?.throwIfAborted();
    return this.#container(record);
  }

  async stopContainer(
    id: string,
    { graceMs }: StopOptions,
    signal?: AbortSignal,
  ): Promise<RuntimeContainer | undefined> {
    const stopped = this.#programs.stop(id, graceMs);
    const record = await abortable(stopped, signal);
    return record && this.#container(record);
  }

  async removePod(podUid: string): Promise<void> {
    await Promise.allSettled(this.#starting.get(podUid) ?? []);
    await Promise.all(this.#recordsOf(podUid).map(({ order }) => this.#programs.forget(order.id)));
    await this.#housing.remove(podUid, this.#pods.folderOf(podUid));
    this.#pods.remove(podUid);
  }

  async exec(id: string, request: ExecRequest, signal?: AbortSignal): Promise<StreamSession> {
    signal?.throwIfAborted();
    const record = this.#existing(id);
    const { order, exit } = record;
    if (exit) throw new NotRunningError(`container ${notesOf(order).name} does not run`);
    const name = `${this.#programs.session}-${++this.#execs}`;
    const marker = `${order.marker}/${name}/`;
    const session = await openExec(this.#housing.exec(record, request), {
      env: { ...order.env, [markerVariable]: marker },
      marker,
      cwd: order.cwd,
      terminals: order.terminals,
      scratch: path.join(path.dirname(order.logFile), name),
    });
    const close = () => void session.close();
    signal?.addEventListener('abort', close);
    void session.exited.finally(() => signal?.removeEventListener('abort', close));
    if (signal?.aborted) close();
    return session;
  }

  async attach(id: string, request: AttachRequest, signal?: AbortSignal): Promise<StreamSession> {
    signal?.throwIfAborted();
    const { order, exit } = this.#existing(id);
    if (exit) throw new NotRunningError(`container ${notesOf(order).name} does not run`);
    const now = this.#options.clock.now();
    const read = (options: LogOptions, ending: AbortSignal) => this.logs(id, options, ending);
    const session = await openAttach(order, this.#programs, request, now, read);
    signal?.addEventListener('abort', () => void session.close(), { once: true });
    if (signal?.aborted) void session.close();
    return session;
  }

  async *logs(id: string, options: LogOptions, signal?: AbortSignal): AsyncIterable<LogLine> {
    const { order } = this.#existing(id);
    yield* readLog(
      { file: order.logFile, whenEnded: (tell) => this.#programs.whenEnded(id, tell) },
      options,
      signal,
    );
  }

  async stats(): Promise<ContainerUsage[]> {
    const { clock } = this.#options;
    const running = this.#programs.all().filter((one) => !one.exit && !isSandbox(one));
    this.#rates.retain(new Set(running.map(({ order }) => order.id)));
    const sessions = usageBySession();
    return running.flatMap(({ order, pid }) => {
      const usage = sessions.get(order.tty ? enteredProcess(pid) : pid);
      if (!usage) return [];
      const { podUid, name } = notesOf(order);
      const rated = this.#rates.rated(order.id, usage, clock.monotonic());
      return { podUid, containerId: order.id, name, at: clock.now(), ...rated };
    });
  }

  processes(): Map<string, number[]> {
    const { cluster, node } = this.#options;
    const byContainer = new Map<string, number[]>();
    for (const [marker, pids] of processesByMarker(nodeMarkerPrefix(cluster, node))) {
      // cluster/node/pod/container, and what an exec session adds.
      const id = marker.split('/')[3] ?? '';
      if (!this.#programs.get(id)) continue;
      byContainer.set(id, [...(byContainer.get(id) ?? []), ...pids]);
    }
    return byContainer;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#starting.values()].flatMap((starts) => [...starts]));
    this.#programs.close();
  }

  /** Kills everything on the node, as its power cut would, and closes. The records stay for the next open(). */
  async stopNode(): Promise<void> {
    await this.#programs.stopNode();
    await this.close();
    await this.#housing.close(this.#pods.all().map(({ spec }) => this.#pods.folderOf(spec.uid)));
  }

  async #start(pod: KeptPod, spec: ContainerSpec): Promise<ProgramRecord> {
    const id = randomBytes(32).toString('hex');
    const folder = this.#pods.container(pod.spec.uid, id);
    let program = spec.command?.[0] ?? '';
    try {
      const image = this.#images.programOf(spec.image);
      program = commandOf(spec, image)[0] ?? '';
      const placed = await this.#housing.place(this.#placeOf(pod), spec, image, folder);
      const { cluster, node } = this.#options;
      const { uid: podUid } = pod.spec;
      const { logFile } = folder;
      const place = { id, podUid, logFile, marker: markerOf(cluster, node, podUid, id) };
      const record = await this.#programs.start(containerOrder(place, spec, placed));
      this.#housing.settle(folder);
      return record;
    } catch (error) {
      rmSync(folder.path, { recursive: true, force: true });
      throw startError(program, error, this.rootVariable === undefined);
    }
  }

  #placeOf({ spec: pod }: KeptPod): PodPlace {
    const { cluster, node } = this.#options;
    return {
      pod,
      folder: this.#pods.folderOf(pod.uid),
      marker: markerOf(cluster, node, pod.uid, sandboxName),
    };
  }

  async #tracked<T>(podUid: string, starting: Promise<T>): Promise<T> {
    const starts = this.#starting.get(podUid) ?? new Set();
    this.#starting.set(podUid, starts.add(starting));
    try {
      return await starting;
    } finally {
      starts.delete(starting);
      if (starts.size === 0) this.#starting.delete(podUid);
    }
  }

  /** The newest two of a name stay. */
  async #dropOlder(podUid: string, name: string): Promise<void> {
    const older = this.#recordsOf(podUid)
      .filter(({ order }) => notesOf(order).name === name)
      .slice(0, -2);
    for (const { order } of older) {
      await this.#programs.forget(order.id);
      rmSync(this.#pods.container(podUid, order.id).path, { recursive: true, force: true });
    }
  }

  #existing(id: string): ProgramRecord {
    const record = this.#programs.get(id);
    if (record) return record;
    throw new NotFoundError(`there is no container ${id} on this node`);
  }

  /** Oldest first. */
  #recordsOf(podUid: string): ProgramRecord[] {
    return this.#programs
      .all()
      .filter(({ order }) => notesOf(order).podUid === podUid)
      .sort((a, b) => a.startedAt - b.startedAt || notesOf(a.order).attempt - notesOf(b.order).attempt);
  }

  #pod({ spec, createdAt }: KeptPod): RuntimePod {
    const containers = this.#recordsOf(spec.uid).map((record) => this.#container(record));
    return { spec, createdAt, containers };
  }

  #container(record: ProgramRecord): RuntimeContainer {
    return containerOf(record, this.#pods.container(notesOf(record.order).podUid, record.order.id));
  }
}

function startError(program: string, error: unknown, isInside: boolean): unknown {
  if (error instanceof NodeInitLostError || error instanceof CreateContainerError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== preparationFailed) return runError(program, error, { isInside });
  return new CreateContainerError(`the container's root cannot be made: ${message}`, { cause: error });
}

function notesOf({ about }: ProgramOrder): ProgramNotes {
  return about as ProgramNotes;
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
