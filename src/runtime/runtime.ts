// What runs containers: plain processes, Docker, LXD, a simulation. One instance serves one node. A runtime knows no API, no probes, no
// restart policy and no volumes: the kubelet decides, a runtime carries out and reports. Every driver passes tests/conformance/runtime.ts.

import type { Readable, Writable } from 'node:stream';
import type { Subscribable } from '../base/subscribable.ts';

/**
 * Rules for all methods.
 * - Everything given and returned is plain data, and what is returned is a snapshot: it never changes under its reader.
 * - Pods are named by the uid of their API object; containers by an `id` that no other container of this runtime ever had.
 * - Calls about different pods run at the same time. About one pod the kubelet makes one call at a time, but stopContainer(),
 *   removePod(), logs(), exec() and stats() may come at any moment, also during a startContainer().
 * - What runs belongs to the node, not to this object: after close(), or a crash, it goes on running and is found again by pods().
 * - An aborted `signal` makes a call reject with the signal's reason. What it was making is gone then, or complete and listed.
 * - Errors are those of errors.ts; any other is a defect or a broken machine.
 */
export interface Runtime {
  /** One word: `process`, `docker`, `simulated`. Stands before `://` in container IDs and in nodeInfo. */
  readonly name: string;
  /** Of whatever does the work: `1.0.0`, Docker's own. */
  readonly version: string;
  /** Tells of every change, after the change is visible in pods() and, for an exit, durable where this runtime has a disk. */
  readonly events: Pick<Subscribable<RuntimeEvent>, 'subscribe'>;

  /** Everything that is there, ended containers too: what a kubelet that starts adopts. */
  pods(signal?: AbortSignal): Promise<RuntimePod[]>;

  /**
   * Makes a pod's surroundings; nothing runs yet. Creating one that exists resolves with it as it is.
   * @throws CreatePodError
   */
  createPod(spec: RuntimePodSpec, signal?: AbortSignal): Promise<RuntimePod>;

  /**
   * Finds an image, and fetches it if the policy wants that and the runtime can.
   * @throws ImageError
   */
  resolveImage(request: ImageRequest, signal?: AbortSignal): Promise<ResolvedImage>;

  /**
   * Starts a container; resolves when its program runs (it may have ended again by then). Of each container name the running one and
   * the one before it are kept, with their logs: starting another drops what is older.
   * @throws NotFoundError for the pod, CreateContainerError, RunContainerError
   */
  startContainer(podUid: string, spec: ContainerSpec, signal?: AbortSignal): Promise<RuntimeContainer>;

  /**
   * Sends the container's stop signal (the image's, else SIGTERM), after the grace period SIGKILL to all that is left of it; resolves
   * when nothing of it runs, with how it ended. A second call may shorten the grace period, never prolong it; one on an ended container
   * resolves at once, for an unknown one with undefined. An abort ends only the waiting.
   */
  stopContainer(
    id: string,
    options: StopOptions,
    signal?: AbortSignal,
  ): Promise<RuntimeContainer | undefined>;

  /** Kills what still runs (SIGKILL) and removes the pod with its containers, logs and files. For an unknown one: nothing. */
  removePod(podUid: string, signal?: AbortSignal): Promise<void>;

  /**
   * Runs a program inside a container. Resolves once it runs; an abort kills it.
   * @throws NotFoundError, NotRunningError, RunContainerError (no such program), NotSupportedError
   */
  exec(id: string, request: ExecRequest, signal?: AbortSignal): Promise<StreamSession>;

  /**
   * What a container wrote, oldest line first, of an ended one too. Ends at the log's end; with `follow` when the container has ended
   * and all was read. An abort ends it without an error.
   * @throws NotFoundError, from the first step of the iteration
   */
  logs(id: string, options: LogOptions, signal?: AbortSignal): AsyncIterable<LogLine>;

  /** What every running container uses now. One that cannot be measured is left out. */
  stats(signal?: AbortSignal): Promise<ContainerUsage[]>;

  /** Lets go: no event afterwards, nothing is stopped. Waits for what is in flight. Idempotent. */
  close(): Promise<void>;
}

/** Optional: connecting to the main program's own stdin, stdout and stderr (`kubectl attach`). */
export interface AttachableRuntime extends Runtime {
  /** The streams begin now; ending them does not end the program. @throws NotFoundError, NotRunningError */
  attach(id: string, request: AttachRequest, signal?: AbortSignal): Promise<StreamSession>;
}

export function isAttachable(runtime: Runtime): runtime is AttachableRuntime {
  return 'attach' in runtime && typeof runtime.attach === 'function';
}

/** Optional: wants to hear when a pod's annotations change, because they steer it. */
export interface AnnotatedRuntime extends Runtime {
  /** Unknown pods are ignored. */
  annotate(podUid: string, annotations: Readonly<Record<string, string>>): void;
}

export function isAnnotated(runtime: Runtime): runtime is AnnotatedRuntime {
  return 'annotate' in runtime && typeof runtime.annotate === 'function';
}

/** Optional: its programs see the machine's own root, and have their mounts below a folder. One that mounts at the targets lacks this. */
export interface DisplacingRuntime extends Runtime {
  /** The variable in a program's environment that names the folder. */
  readonly rootVariable: string;
}

export function isDisplacing(runtime: Runtime): runtime is DisplacingRuntime {
  return 'rootVariable' in runtime && typeof runtime.rootVariable === 'string';
}

/** Optional: its programs are processes of this machine, which can be looked at. */
export interface VisibleRuntime extends Runtime {
  /** By container id; one without processes is left out. */
  processes(): Map<string, number[]>;
}

export function isVisible(runtime: Runtime): runtime is VisibleRuntime {
  return 'processes' in runtime && typeof runtime.processes === 'function';
}

export type RuntimeEvent =
  /** It ended, or its health changed. */
  | { type: 'container'; container: RuntimeContainer }
  /** Something may have been missed: list again. */
  | { type: 'resync' };

export interface RuntimePodSpec {
  uid: string;
  namespace: string;
  name: string;
  /** What the pod calls itself, where the runtime can say so. */
  hostname: string;
  /** What stands after it in its full name, for a pod with a subdomain. */
  domain?: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  network: RuntimePodNetwork;
  security?: PodSecurity;
}

export interface RuntimePodNetwork {
  /** The pod's addresses, the first one being its IP. Empty: it shares the node's. */
  ips: readonly string[];
  /** The network namespace to enter, as a path; undefined: that of the runtime. */
  namespacePath?: string;
  /** Contents of resolv.conf; undefined: the host's. */
  dns?: { nameservers: readonly string[]; searches: readonly string[]; options: readonly string[] };
  /** Lines for /etc/hosts besides its own. */
  hostAliases?: readonly { ip: string; hostnames: readonly string[] }[];
}

export interface PodSecurity {
  fsGroup?: number;
  supplementalGroups?: readonly number[];
}

/** A pod that is there. `spec` is what it was created with, so that a kubelet that starts anew knows its addresses. */
export interface RuntimePod {
  spec: RuntimePodSpec;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** Oldest first. */
  containers: readonly RuntimeContainer[];
}

export interface ImageRequest {
  /** As the pod names it. */
  image: string;
  policy: 'Always' | 'IfNotPresent' | 'Never';
  /** Contents of the pod's pull secrets (`.dockerconfigjson`), where there are any. */
  dockerConfigs?: readonly string[];
}

export interface ResolvedImage {
  /** The full name, for the status. */
  name: string;
  /** Says exactly what runs: a digest where there is one. */
  id: string;
  /** True when it was fetched for this request. */
  pulled: boolean;
  sizeBytes?: number;
  /** The numeric user the image wants to run as, if it says so by number. */
  uid?: number;
  /** The user the image names otherwise. */
  username?: string;
  /** What its programs will miss on this node, a line each. */
  warnings?: readonly string[];
}

export interface ContainerSpec {
  /** Within the pod. */
  name: string;
  /** It is expected to end by itself before the others start. Default false. */
  init?: boolean;
  /** 0 for the first start, then one more each time: the restart count, which a kubelet that starts anew reads here. */
  attempt: number;
  image: ResolvedImage;
  /** Replaces the image's entrypoint; its command then counts no more. `$(VAR)` is expanded already. */
  command?: readonly string[];
  /** Replaces the image's command. */
  args?: readonly string[];
  /** Stands before the image's own values. */
  env: Readonly<Record<string, string>>;
  /** Default: the image's, else the root. */
  workingDir?: string;
  mounts: readonly Mount[];
  resources: ContainerResources;
  ports: readonly ContainerPort[];
  security?: ContainerSecurity;
  /** Without it the program reads an empty stdin, and attach() gives none. */
  stdin?: boolean;
  /** The first attach session with stdin that ends closes it: of a terminal, the program is hung up. */
  stdinOnce?: boolean;
  tty?: boolean;
  /** Default: the image's, else SIGTERM. */
  stopSignal?: string;
  /** Absolute, inside the container; what the program leaves there becomes `message` of its end. Default: nothing is read. */
  terminationMessagePath?: string;
  /** Take the end of the log when nothing was left there and the exit code is not 0. */
  terminationMessageFromLog?: boolean;
}

/** Seen by the container as it is now and as it changes; never removed or emptied by the runtime. */
export interface Mount {
  /** Absolute path on the node's machine, a file, a directory, or what else a path may name; it exists. */
  source: string;
  /** Absolute path in the container; hides what its root has there. It may lie in another mount, given before or after this one. */
  target: string;
  readOnly: boolean;
}

export interface ContainerResources {
  /** Thousandths of a core; undefined: no limit. */
  cpuLimitMillis?: number;
  /** Undefined: no limit. Beyond it the container ends with reason OOMKilled. */
  memoryLimitBytes?: number;
  /** Its share under contention. */
  cpuRequestMillis?: number;
}

export interface ContainerPort {
  name?: string;
  containerPort: number;
  protocol: 'TCP' | 'UDP' | 'SCTP';
}

export interface ContainerSecurity {
  uid?: number;
  gid?: number;
  privileged?: boolean;
  readOnlyRoot?: boolean;
  addCapabilities?: readonly string[];
  dropCapabilities?: readonly string[];
}

/** One run of a container. */
export interface RuntimeContainer {
  id: string;
  podUid: string;
  name: string;
  attempt: number;
  image: ResolvedImage;
  /** Milliseconds since the epoch. */
  startedAt: number;
  /**
   * What the runtime itself knows beyond "its program runs" (Docker's HEALTHCHECK, a script of the simulation). Undefined: nothing.
   * Other than `healthy` keeps the container from being ready, whatever its probes say; it never restarts it.
   */
  health?: 'starting' | 'healthy' | 'unhealthy';
  /** What was found wrong when it was started, although it was, a line each. */
  warnings?: readonly string[];
  /** Undefined while it runs. */
  exit?: ContainerExit;
}

export interface ContainerExit {
  /** Milliseconds since the epoch. */
  finishedAt: number;
  /** 128 + n when signal n ended it. */
  exitCode: number;
  /** The number of that signal. */
  signal?: number;
  /** Only where it is neither of Completed (0) and Error: `OOMKilled`, `ContainerStatusUnknown` (its end was not seen; code 137). */
  reason?: string;
  /** What it left at terminationMessagePath, at most 4,096 bytes; or of its log 2,048 bytes or 80 lines. */
  message?: string;
}

export interface StopOptions {
  /** 0 kills at once. */
  graceMs: number;
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

export interface ExecRequest {
  /** At least one word; no shell is involved. */
  command: readonly string[];
  /** Default false: the program reads an empty stdin. */
  stdin?: boolean;
  /** Then stderr is part of stdout. */
  tty?: boolean;
  size?: TerminalSize;
}

export interface AttachRequest {
  stdin?: boolean;
  size?: TerminalSize;
}

/** Open streams to a program. Whoever opened it reads stdout and stderr to their end, or calls close(). */
export interface StreamSession {
  /**
   * Undefined when stdin was not asked for, or the container has none. Ending it closes the program's; after attach() only that of one with
   * `stdinOnce`.
   */
  readonly stdin?: Writable;
  readonly stdout: Readable;
  /** Undefined with a terminal. */
  readonly stderr?: Readable;
  /** How the program ended; after attach(): how the container did. Rejects when the streams broke before. */
  readonly exited: Promise<{ exitCode: number; signal?: number }>;
  /** Without a terminal: nothing. */
  resize(size: TerminalSize): void;
  /** Lets go; after exec() the program is killed. Idempotent. */
  close(): Promise<void>;
}

export interface LogOptions {
  follow?: boolean;
  /** Only the last so many lines, counted before `sinceMs` is applied, as Kubernetes does. 0: none of what is there. */
  tailLines?: number;
  /** Only lines written then or later; milliseconds since the epoch. */
  sinceMs?: number;
}

export interface LogLine {
  /** When its first byte came, RFC 3339 in UTC with up to nine decimals. */
  time: string;
  stream: 'stdout' | 'stderr';
  /** Without its line end. */
  data: Uint8Array;
  /** True for a piece that no line end followed (yet): a long line comes in several. */
  partial?: boolean;
}

export interface ContainerUsage {
  podUid: string;
  containerId: string;
  name: string;
  /** When it was measured; milliseconds since the epoch. */
  at: number;
  /** Since the container's start. */
  cpuCoreNanoseconds: number;
  /** Thousand-millionths of a core, over the last while; undefined until it was measured twice. */
  cpuNanocores?: number;
  /** What the limit is compared with: without the file cache that could be given back. */
  memoryWorkingSetBytes: number;
}
