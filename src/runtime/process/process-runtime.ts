// Pods as plain processes of the host. node-init keeps the programs; this object decides what they are, remembers what was asked for, and
// may be closed or killed at any moment without a pod noticing.

import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { Subscribable } from '../../base/subscribable.ts';
import {
  CreateContainerError,
  CreatePodError,
  NotFoundError,
  NotRunningError,
  NotSupportedError,
} from '../errors.ts';
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
} from '../runtime.ts';
import { AttachSession } from './attach-session.ts';
import { containerEnvironment, hostEnvironment } from './container-environment.ts';
import { openExec, runError } from './exec-session.ts';
import { type ImageSurroundings, programOf, resolveImage } from './images.ts';
import { markerOf, markerVariable, nodeMarkerPrefix } from './marked-processes.ts';
import type { ProgramOrder, ProgramRecord } from './node-init/messages.ts';
import { NodeInitLostError } from './node-init-connection.ts';
import { NodePrograms } from './node-programs.ts';
import { type KeptPod, PodFolders } from './pod-folders.ts';
import { containerOf, type ProgramNotes } from './program-notes.ts';
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
  /** What pods inherit, after what is not for them is taken out. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  logger: Logger;
  clock: Clock;
}

export class ProcessRuntime implements AttachableRuntime {
  readonly name = 'process';
  readonly version: string = manifest.version;
  readonly events = new Subscribable<RuntimeEvent>();
  readonly #options: ProcessRuntimeOptions;
  readonly #pods: PodFolders;
  readonly #programs: NodePrograms;
  readonly #env: Readonly<Record<string, string>>;
  readonly #rates = new UsageRates();
  readonly #starting = new Map<string, Set<Promise<unknown>>>();
  #execs = 0;

  private constructor(options: ProcessRuntimeOptions, programs: NodePrograms) {
    this.#options = options;
    this.#pods = new PodFolders(path.join(options.folder, 'pods'));
    this.#programs = programs;
    this.#env = hostEnvironment(options.env ?? process.env);
    programs.onExit((record) => this.events.emit({ type: 'container', container: this.#container(record) }));
    programs.onResync(() => this.events.emit({ type: 'resync' }));
  }

  /** Adopts what runs on the node, and starts its node-init when there is none. One runtime per node at a time. */
  static async open(options: ProcessRuntimeOptions): Promise<ProcessRuntime> {
    const { folder, cluster, node, keeper, logger, clock } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const markerPrefix = nodeMarkerPrefix(cluster, node);
    const programs = await NodePrograms.open({ folder, markerPrefix, keeper }, { logger, clock });
    return new ProcessRuntime(options, programs);
  }

  async pods(): Promise<RuntimePod[]> {
    return this.#pods.all().map((pod) => this.#pod(pod));
  }

  async createPod(spec: RuntimePodSpec, signal?: AbortSignal): Promise<RuntimePod> {
    signal?.throwIfAborted();
    if (spec.network.namespacePath !== undefined) {
      throw new CreatePodError('the process runtime cannot enter network namespaces: use --network loopback');
    }
    const known = this.#pods.get(spec.uid);
    if (known) return this.#pod(known);
    const pod = { spec, createdAt: this.#options.clock.now() };
    this.#pods.create(pod);
    return this.#pod(pod);
  }

  async resolveImage(request: ImageRequest, signal?: AbortSignal): Promise<ResolvedImage> {
    signal?.throwIfAborted();
    return resolveImage(request, this.version);
  }

  async startContainer(podUid: string, spec: ContainerSpec, signal?: AbortSignal): Promise<RuntimeContainer> {
    signal?.throwIfAborted();
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
    this.#pods.remove(podUid);
  }

  async exec(id: string, request: ExecRequest, signal?: AbortSignal): Promise<StreamSession> {
    signal?.throwIfAborted();
    const { order, exit } = this.#existing(id);
    if (exit) throw new NotRunningError(`container ${notesOf(order).name} does not run`);
    const number = ++this.#execs;
    const marker = `${order.marker}/exec-${process.pid}-${number}/`;
    const session = await openExec(request, {
      env: { ...order.env, [markerVariable]: marker },
      marker,
      cwd: order.cwd,
      scratch: path.join(path.dirname(order.logFile), `exec-${process.pid}-${number}`),
    });
    const close = () => void session.close();
    signal?.addEventListener('abort', close);
    void session.exited.finally(() => signal?.removeEventListener('abort', close));
    if (signal?.aborted) close();
    return session;
  }

  async attach(id: string, { stdin }: AttachRequest, signal?: AbortSignal): Promise<StreamSession> {
    signal?.throwIfAborted();
    const { order, exit } = this.#existing(id);
    if (exit) throw new NotRunningError(`container ${notesOf(order).name} does not run`);
    if (stdin)
      throw new NotSupportedError('a process has no stdin to attach to: use exec, or attach without -i');
    const session = new AttachSession(
      (ending) => this.logs(id, { follow: true, tailLines: 0 }, ending),
      () => this.#programs.get(id)?.exit,
    );
    signal?.addEventListener('abort', () => void session.close(), { once: true });
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
    const running = this.#programs.all().filter(({ exit }) => !exit);
    this.#rates.retain(new Set(running.map(({ order }) => order.id)));
    const sessions = usageBySession();
    return running.flatMap(({ order, pid }) => {
      const usage = sessions.get(pid);
      if (!usage) return [];
      const { podUid, name } = notesOf(order);
      const rated = this.#rates.rated(order.id, usage, clock.monotonic());
      return { podUid, containerId: order.id, name, at: clock.now(), ...rated };
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#starting.values()].flatMap((starts) => [...starts]));
    this.#programs.close();
  }

  /** Kills everything on the node, as its power cut would, and closes. The records stay for the next open(). */
  async stopNode(): Promise<void> {
    await this.#programs.stopNode();
    await this.close();
  }

  async #start(pod: KeptPod, spec: ContainerSpec): Promise<ProgramRecord> {
    const id = randomBytes(32).toString('hex');
    const folder = this.#pods.container(pod.spec.uid, id);
    try {
      const { cwd } = folder.create(spec);
      const order = this.#order(id, pod, spec, cwd, folder);
      return await this.#programs.start(order);
    } catch (error) {
      rmSync(folder.path, { recursive: true, force: true });
      throw error instanceof NodeInitLostError || error instanceof CreateContainerError
        ? error
        : runError(this.#argv(spec)[0] ?? '', error);
    }
  }

  #order(
    id: string,
    pod: KeptPod,
    spec: ContainerSpec,
    cwd: string,
    folder: { root: string; logFile: string },
  ): ProgramOrder {
    const { cluster, node } = this.#options;
    const { uid } = pod.spec;
    const { name, attempt, image, terminationMessagePath, terminationMessageFromLog } = spec;
    const marker = markerOf(cluster, node, uid, id);
    const env = containerEnvironment(this.#env, programOf(image, this.#surroundings).env, pod.spec, spec);
    const notes: ProgramNotes = {
      podUid: uid,
      name,
      attempt,
      image,
      terminationMessagePath,
      terminationMessageFromLog,
    };
    return {
      id,
      argv: this.#argv(spec),
      env: { ...env, POD_ROOT: folder.root, [markerVariable]: marker },
      cwd,
      logFile: folder.logFile,
      stopSignal: spec.stopSignal ?? 'SIGTERM',
      marker,
      about: notes,
    };
  }

  /** @throws CreateContainerError */
  #argv({ command, args, image }: ContainerSpec): readonly string[] {
    const own = programOf(image, this.#surroundings).command;
    const argv = [...(command ?? own), ...(args ?? [])];
    if (argv.length > 0 && (command || own.length > 0)) return argv;
    throw new CreateContainerError(
      `image "${image.name}" has no program of its own: set the container's command`,
    );
  }

  get #surroundings(): ImageSurroundings {
    return { node: this.#options.node, compileCache: this.#options.compileCache };
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
