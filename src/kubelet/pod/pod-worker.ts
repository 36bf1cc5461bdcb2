// Keeps one pod as the API wants it: one step at a time, whatever happens in between (a change, an exit, a probe, a timer) only asks for another
// look. What to do next is plan.ts, how it is reported status.ts.

import type { V1Pod } from '../../api/generated/types.ts';
import { backoffDelay } from '../../base/backoff.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { pods } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import { isAnnotated, type RuntimeContainer, type RuntimePod } from '../../runtime/runtime.ts';
import { type ContainerRecord, isRestarted, isRunning, lost } from './container-record.ts';
import { ContainerStarter } from './container-starter.ts';
import { nextStep } from './plan.ts';
import type { PodContext } from './pod-context.ts';
import { PodProbes } from './pod-probes.ts';
import { PodState } from './pod-state.ts';
import { crashLoop, noteExit } from './restart.ts';
import { podStatus } from './status.ts';
import { Stopping } from './stopping.ts';

/** Why a pod ends though its containers might go on; a later kind outdoes an earlier one. */
type EndKind = 'verdict' | 'deleted' | 'gone';
const endKinds: readonly EndKind[] = ['verdict', 'deleted', 'gone'];

/** A pod that was removed by force still gets a moment (as in Kubernetes). */
const leastGraceMs = 1_000;
/** Longer timers fire at once in Node. */
const longestTimerMs = 2 ** 31 - 1;
/** How often a start or stop that drags on is reported. */
const reportEveryMs = 1_000;

export interface PodWorkerListener {
  /** Nothing of it runs any more: its room is free. It may be told more than once. */
  stopped(): void;
  /** Nothing of it is left, here or in the API. */
  ended(): void;
}

export class PodWorker {
  readonly #context: PodContext;
  readonly #state: PodState;
  readonly #starter: ContainerStarter;
  readonly #probes: PodProbes;
  readonly #listener: PodWorkerListener;
  readonly #closing = new AbortController();
  /** Aborted when what is being started must not start any more. */
  #starting: AbortController | undefined;
  #ending: { kind: EndKind; graceMs: number } | undefined;
  #stopping: Stopping | undefined;
  /** No container is started again. */
  #windingDown = false;
  #running: Promise<void> | undefined;
  #dirty = false;
  /** Nothing of it is left on this node. */
  #cleared = false;
  /** The API has been told that the pod may go. */
  #released = false;
  #failures = 0;
  #cancelWake: () => void = () => {};
  #cancelDeadline: () => void = () => {};

  constructor(context: PodContext, pod: V1Pod, found: RuntimePod | undefined, listener: PodWorkerListener) {
    this.#context = context;
    this.#listener = listener;
    this.#state = new PodState(pod, context.clock.now(), found);
    this.#starter = new ContainerStarter(context, this.#state);
    this.#probes = new PodProbes(context, this.#state, () => this.#wake());
  }

  get state(): PodState {
    return this.#state;
  }

  /** Begins. `verdict`: it is not to run at all. */
  start(verdict?: { reason: string; message: string }): void {
    if (verdict) {
      this.#context.events.warning(this.#state.pod, verdict.reason, verdict.message);
      this.#end('verdict', 0, verdict);
    } else this.#watchDeadline();
    for (const record of this.#state.records) if (isRunning(record)) this.#follow(record);
    this.update(this.#state.pod);
    this.#wake();
  }

  /** The API shows this now. */
  update(pod: V1Pod): void {
    const old = this.#state.pod;
    this.#state.follow(pod);
    this.#context.statuses.seen(pod);
    const { runtime, volumes } = this.#context;
    volumes?.refresh(pod);
    const { annotations = {}, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
    if (isAnnotated(runtime) && !deepEqual(annotations, old.metadata.annotations ?? {})) {
      runtime.annotate(this.#state.uid, annotations);
    }
    if (deletionTimestamp) this.#end('deleted', gracePeriodMs(deletionGracePeriodSeconds));
    // A readiness gate's condition or an image may have changed.
    const concerns = pod.spec.readinessGates || this.#state.records.some(({ replace }) => replace);
    if (concerns && !this.#state.settled) this.#wake();
  }

  /** It is no longer in the API. */
  gone(): void {
    this.#context.statuses.forget(this.#state.uid);
    // The scheduler counts its room as free already.
    this.#listener.stopped();
    this.#end('gone', leastGraceMs);
  }

  /** Of the runtime. */
  containerChanged(container: RuntimeContainer): void {
    const record = this.#state.record(container.name);
    if (!record) return;
    if (record.current?.id !== container.id) {
      if (container.exit) record.early = container;
      return;
    }
    if (record.current.exit) return;
    if (container.exit) this.#probes.forget(record);
    if (container.exit && !this.#windingDown) this.#exited(container);
    else record.current = container;
    if (container.exit) this.#stopping?.exited();
    this.#wake();
  }

  /** What the runtime has of it now, after something may have been missed. */
  resync(found: RuntimePod | undefined): void {
    const { clock } = this.#context;
    for (const record of this.#state.records) {
      const { current } = record;
      if (!current?.id || current.exit) continue;
      const now = found?.containers.find(({ id }) => id === current.id);
      this.containerChanged(now ?? lost(current, clock.now()));
    }
  }

  /** It takes more of the node than it may: it ends, with next to no grace, and fails. */
  evict(message: string): void {
    const { settled, verdict, pod } = this.#state;
    if (settled || verdict || this.#ending) return;
    this.#context.events.warning(pod, 'Evicted', message);
    this.#end('verdict', leastGraceMs, { reason: 'Evicted', message });
  }

  /** Writes the status again: somebody else may have. */
  report(): void {
    if (!this.#state.settled) this.#publish();
  }

  /** Leaves the pod as it is. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('the kubelet closes'));
    this.#starting?.abort(this.#closing.signal.reason);
    this.#probes.close();
    this.#cancelWake();
    this.#cancelDeadline();
    await this.#running;
  }

  #watchDeadline(): void {
    const { activeDeadlineSeconds: seconds } = this.#state.pod.spec;
    if (seconds === undefined || this.#state.settled) return;
    const { clock } = this.#context;
    const leftMs = Date.parse(this.#state.startTime) + seconds * 1_000 - clock.now();
    if (leftMs <= 0) this.#exceeded();
    else this.#cancelDeadline = clock.after(Math.min(leftMs, longestTimerMs), () => this.#watchDeadline());
  }

  #exceeded(): void {
    const message = 'Pod was active on the node longer than the specified deadline';
    this.#context.events.warning(this.#state.pod, 'DeadlineExceeded', message);
    this.#end('verdict', this.#ownGraceMs, { reason: 'DeadlineExceeded', message });
  }

  get #ownGraceMs(): number {
    return gracePeriodMs(this.#state.pod.spec.terminationGracePeriodSeconds);
  }

  #end(kind: EndKind, graceMs: number, verdict?: { reason: string; message: string }): void {
    const { kind: known, graceMs: left = Number.POSITIVE_INFINITY } = this.#ending ?? {};
    if (known && endKinds.indexOf(known) >= endKinds.indexOf(kind) && graceMs >= left) return;
    const outdoes = !known || endKinds.indexOf(kind) > endKinds.indexOf(known);
    this.#ending = { kind: outdoes ? kind : known, graceMs: Math.min(graceMs, left) };
    this.#windingDown = true;
    this.#state.verdict ??= verdict;
    this.#starting?.abort(new Error('the pod ends'));
    this.#stopping?.shorten(graceMs);
    if (kind === 'gone') this.#stopping?.hurry();
    this.#wake();
  }

  #exited(run: RuntimeContainer): void {
    const { clock, random, timings, events } = this.#context;
    const record = this.#state.record(run.name);
    if (!record) return;
    if (run.exit?.exitCode !== 0) this.#context.listening?.failed(this.#state, record);
    const now = clock.monotonic();
    noteExit(record, run, now, timings.crashBackoff, random);
    const delayMs = record.notBefore - now;
    const { pod, fullName } = this.#state;
    if (delayMs <= 0 || !isRestarted(pod, record.role, run.exit?.exitCode ?? 0)) return;
    record.waiting = crashLoop(record, delayMs, fullName);
    const message = `Back-off restarting failed container ${run.name} in pod ${fullName}`;
    events.containerWarning(pod, record, 'BackOff', message);
  }

  #wake(): void {
    this.#dirty = true;
    if (this.#closing.signal.aborted) return;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // What happens in the same turn is looked at together.
    await Promise.resolve();
    const cancelReport = this.#reportWhileBusy();
    while (this.#dirty && !this.#closing.signal.aborted) {
      this.#dirty = false;
      await this.#guarded();
    }
    cancelReport();
    this.#running = undefined;
  }

  /** A start that takes longer than a moment shows how far it is. */
  #reportWhileBusy(): () => void {
    const { clock, timings } = this.#context;
    let cancel: () => void = () => {};
    const reportAfter = (ms: number): void => {
      cancel = clock.after(ms, () => {
        this.report();
        reportAfter(reportEveryMs);
      });
    };
    reportAfter(timings.settleMs);
    return () => cancel();
  }

  async #guarded(): Promise<void> {
    const { clock, random, timings, logger } = this.#context;
    try {
      if (this.#ending) await this.#carryEnd(this.#ending.kind);
      else if (!this.#state.settled) await this.#advance();
      this.#failures = 0;
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      logger.warn('a pod could not be brought on, trying again', { pod: this.#state.fullName, error });
      this.#wakeAt(clock.monotonic() + backoffDelay(timings.retryBackoff, this.#failures++, random));
    }
  }

  async #advance(): Promise<void> {
    const { clock } = this.#context;
    await this.#starter.readopt();
    const { pod, records, isElsewhere } = this.#state;
    const step = nextStep(pod, records, clock.monotonic());
    // Of one that has only to be reported the logs are still to be had.
    if (isElsewhere && (step.do === 'start' || records.some(isRunning))) {
      for (const record of records) this.#probes.forget(record);
      await this.#starter.leave();
      this.#dirty = true;
    } else if (step.do === 'wait') {
      this.#publish();
      this.#wakeAt(step.until);
    } else if (step.do === 'finish') await this.#finish();
    else {
      await (step.do === 'start' ? this.#start(step.record) : this.#replace(step.record));
      this.#dirty = true;
    }
  }

  async #start(record: ContainerRecord): Promise<void> {
    const starting = new AbortController();
    this.#starting = starting;
    try {
      await this.#starter.start(record, starting.signal);
      if (isRunning(record)) this.#follow(record);
    } catch (error) {
      // Called off: whoever did that has asked for another look.
      if (!starting.signal.aborted) throw error;
    } finally {
      this.#starting = undefined;
    }
  }

  #follow(record: ContainerRecord): void {
    this.#probes.follow(record);
    this.#context.listening?.started();
  }

  async #replace(record: ContainerRecord): Promise<void> {
    this.#publish();
    this.#probes.forget(record);
    const why = record.replace ?? '';
    await this.#stop([record], this.#ownGraceMs, (name) => `Container ${name} ${why}, will be restarted`);
    record.replace = undefined;
  }

  async #stop(records: PodState['records'], graceMs: number, why: (name: string) => string): Promise<void> {
    const ended = (run: RuntimeContainer) => this.containerChanged(run);
    this.#stopping = new Stopping(this.#context, this.#state, graceMs, ended, this.#closing.signal);
    try {
      await this.#stopping.run(records, why, this.#ending?.kind === 'deleted');
    } finally {
      this.#stopping = undefined;
    }
  }

  /** All that was to run has run: the pod stays, with its logs, until it is deleted. */
  async #finish(): Promise<void> {
    this.#windingDown = true;
    await this.#stop(this.#state.records, this.#ownGraceMs, stoppingText);
    await this.#settle();
  }

  async #settle(): Promise<void> {
    this.#cancelDeadline();
    this.#probes.close();
    this.#state.stopped = true;
    this.#listener.stopped();
    this.#publish();
    this.#state.settled = true;
    if (this.#state.attachment) await this.#context.network.detach(this.#state.uid);
  }

  async #carryEnd(kind: EndKind): Promise<void> {
    if (!this.#state.settled) {
      await this.#stop(this.#state.records, this.#ending?.graceMs ?? 0, stoppingText);
      await this.#settle();
    }
    if (kind === 'verdict') return;
    if (!this.#cleared) await this.#clear();
    this.#cleared = true;
    // It may have gone meanwhile.
    if (this.#ending?.kind === 'gone') this.#finished();
    else if (!this.#released) await this.#release();
  }

  /** What it had on this node is given back before its name is: a successor must not meet it. */
  async #clear(): Promise<void> {
    const { runtime, network, volumes, statuses } = this.#context;
    const { uid } = this.#state;
    await statuses.flush(uid);
    await runtime.removePod(uid);
    this.#state.prepared = false;
    await network.detach(uid);
    await volumes?.release(uid);
  }

  async #release(): Promise<void> {
    const { client, gate } = this.#context;
    const { name, namespace, uid } = this.#state.pod.metadata;
    const options = { gracePeriodSeconds: 0, preconditions: { uid }, signal: this.#closing.signal };
    try {
      await gate.through(() => client.resource(pods, namespace).delete(name, options));
    } catch (error) {
      // Gone already, or a namesake is there: either way the watch will tell.
      if (!isStatusError(error, 404) && !isStatusError(error, 409)) throw error;
    }
    this.#released = true;
  }

  #finished(): void {
    this.#cancelWake();
    this.#context.statuses.forget(this.#state.uid);
    this.#closing.abort(new Error('the pod is gone'));
    this.#listener.ended();
  }

  #publish(): void {
    const { clock, statuses, runtime, hostIps } = this.#context;
    const state = this.#state;
    const { pod, records, podIps, startTime, verdict, stopped, reported: before } = state;
    const times = { now: clock.now(), monotonic: clock.monotonic(), startTime };
    const about = { pod, records, hostIps, podIps, verdict, stopped, runtimeName: runtime.name, before };
    const status = podStatus({ ...about, ...times });
    // Kept when it is the same: that tells the writer that there is nothing new.
    if (!deepEqual(status, before)) state.reported = status;
    statuses.put(pod, state.reported ?? status);
  }

  #wakeAt(monotonicMs: number | undefined): void {
    this.#cancelWake();
    if (monotonicMs === undefined) return;
    const { clock } = this.#context;
    this.#cancelWake = clock.after(Math.max(0, monotonicMs - clock.monotonic()), () => this.#wake());
  }
}

function gracePeriodMs(seconds = 30): number {
  return Math.min(longestTimerMs, Math.max(0, seconds) * 1_000);
}

function stoppingText(name: string): string {
  return `Stopping container ${name}`;
}
