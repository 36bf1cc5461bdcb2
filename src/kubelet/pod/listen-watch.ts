// Where pods share the machine's network: sees whether their programs listen on the pod's own address, and says so when they do not. It looks
// after every start, ever more rarely, until all declared ports are listened on.

import type { V1Container } from '../../api/generated/types.ts';
import { hostAndPort } from '../../api/host-and-port.ts';
import type { Clock } from '../../base/clock.ts';
import { findListenProblems, type ListenProblem } from '../../network/loopback/listen-problems.ts';
import type { ListenView } from '../../network/loopback/listeners.ts';
import { isVisible, type Runtime } from '../../runtime/runtime.ts';
import { type ContainerRecord, isRunning } from './container-record.ts';
import type { PodEvents } from './pod-events.ts';
import type { PodState } from './pod-state.ts';

export interface ListenWatchOptions {
  clock: Clock;
  runtime: Runtime;
  view: ListenView;
  events: PodEvents;
  /** Those of the node. */
  pods(): readonly PodState[];
}

const firstLookMs = 500;
const longestPauseMs = 30_000;
/** A container that declares no port is looked at only so long after its start. */
const undeclaredMs = 60_000;

export class ListenWatch {
  readonly #options: ListenWatchOptions;
  /** Runs of which nothing more is to be found out. */
  readonly #settled = new Set<string>();
  /** What was said, by pod. */
  readonly #told = new Map<string, Set<string>>();
  #pauseMs = firstLookMs;
  #cancel: () => void = () => {};

  constructor(options: ListenWatchOptions) {
    this.#options = options;
  }

  /** A container was started, or found running. */
  started(): void {
    this.#pauseMs = firstLookMs;
    this.#schedule();
  }

  /** A container failed: perhaps because somebody has its port. */
  failed(state: PodState, record: ContainerRecord): void {
    this.#look(state, [record], this.#processes());
  }

  /** What a failed probe had better asked: `; the pod's programs listen on 127.16.1.2:8080`. Empty when that cannot be said. */
  hint(state: PodState): string {
    const places = this.#own(state, this.#processes()).listeners.map(placeOf);
    if (places.length === 0) return "; none of the pod's programs listens on a TCP port";
    return `; the pod's programs listen on ${[...new Set(places)].join(', ')}`;
  }

  /** Idempotent. */
  close(): void {
    this.#cancel();
  }

  #schedule(): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(this.#pauseMs, () => this.#lookAtAll());
    this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
  }

  #lookAtAll(): void {
    const pods = this.#options.pods();
    this.#forgetOthers(pods);
    const open = pods.flatMap((state) => {
      const records = state.records.filter((record) => this.#isOpen(record));
      return records.length > 0 ? [{ state, records }] : [];
    });
    if (open.length === 0) return;
    const processes = this.#processes();
    for (const { state, records } of open) this.#look(state, records, processes);
    this.#schedule();
  }

  #isOpen(record: ContainerRecord): boolean {
    const { current, container } = record;
    if (!current || !isRunning(record) || this.#settled.has(current.id)) return false;
    const ageMs = this.#options.clock.now() - current.startedAt;
    return portsOf(container).length > 0 || ageMs < undeclaredMs;
  }

  #look(
    state: PodState,
    records: readonly ContainerRecord[],
    processes: ReadonlyMap<string, number[]>,
  ): void {
    const [podIp] = state.podIps;
    if (!podIp) return;
    const all = this.#options.view.listeners();
    const { sockets } = this.#own(state, processes);
    for (const record of records) {
      const ports = portsOf(record.container);
      const { problems, silent } = findListenProblems(podIp, ports, all, sockets);
      for (const problem of problems) this.#tell(state, record, podIp, problem);
      if (ports.length > 0 && silent.length === 0 && record.current) this.#settled.add(record.current.id);
    }
  }

  #own(state: PodState, processes: ReadonlyMap<string, number[]>) {
    const { view } = this.#options;
    const pids = state.records.flatMap(({ current }) => processes.get(current?.id ?? '') ?? []);
    const sockets = view.socketsOf(pids);
    return { sockets, listeners: view.listeners().filter(({ inode }) => sockets.has(inode)) };
  }

  #tell(state: PodState, record: ContainerRecord, podIp: string, problem: ListenProblem): void {
    const told = this.#told.get(state.uid) ?? new Set();
    const key = `${problem.kind} ${placeOf(problem.listener)}`;
    if (told.has(key)) return;
    this.#told.set(state.uid, told.add(key));
    const holder = this.#options.view.holderOf(problem.listener) ?? 'a program that this node cannot see';
    const reason = problem.kind === 'taken' ? 'PortTaken' : 'WrongListenAddress';
    this.#options.events.containerWarning(state.pod, record, reason, textOf(problem, holder, podIp));
  }

  #processes(): ReadonlyMap<string, number[]> {
    const { runtime } = this.#options;
    return isVisible(runtime) ? runtime.processes() : new Map();
  }

  #forgetOthers(pods: readonly PodState[]): void {
    const uids = new Set(pods.map(({ uid }) => uid));
    for (const uid of this.#told.keys()) if (!uids.has(uid)) this.#told.delete(uid);
    const runs = new Set(pods.flatMap(({ records }) => records.map(({ current }) => current?.id)));
    for (const id of this.#settled) if (!runs.has(id)) this.#settled.delete(id);
  }
}

function portsOf({ ports = [] }: V1Container): number[] {
  return ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
}

function placeOf({ address, port }: { address: string; port: number }): string {
  return hostAndPort(address, port);
}

function textOf({ kind, listener }: ListenProblem, holder: string, podIp: string): string {
  const { port } = listener;
  const remedy = `make it listen on $HOST:$PORT (${podIp}:${port}), or start the cluster with --network netns`;
  switch (kind) {
    case 'everywhere':
      return `${holder} listens on ${placeOf(listener)}, all addresses of this machine, whose network the pods share: it answers for other pods too, and none of them can listen on port ${port}; ${remedy}`;
    case 'elsewhere':
      return `${holder} listens on ${placeOf(listener)}, but this pod's address is ${podIp}: neither probes nor Services reach it there; ${remedy}`;
    case 'taken':
      return `port ${port} of the pod's address ${podIp} is taken: ${holder} listens on ${placeOf(listener)}; stop it or make it listen on an address of its own, or start the cluster with --network netns`;
  }
}
