// What a kubelet remembers of one container of a pod, from one run to the next. Everything else follows from it and from the pod's spec.

import type { V1Container, V1Pod } from '../../api/generated/types.ts';
import type { RuntimeContainer } from '../../runtime/runtime.ts';

/** Init containers end before the next one starts; sidecars (init containers that are restarted always) go on beside the main ones. */
export type ContainerRole = 'init' | 'sidecar' | 'main';

export interface Waiting {
  /** `ContainerCreating`, `ErrImagePull`, `CrashLoopBackOff`… */
  reason: string;
  message?: string;
}

export interface ContainerRecord {
  container: V1Container;
  readonly role: ContainerRole;
  /** The newest run. Without an id: one that could not even be started. */
  current?: RuntimeContainer;
  /** The run before it. */
  former?: RuntimeContainer;
  /** The end of a run whose start has not been answered yet. */
  early?: RuntimeContainer;
  /** Why it does not run now, where that is more than "not yet". */
  waiting?: Waiting;
  /** What `waiting` becomes at `laterAt`, if nothing changes: an error first, then the back-off it led to. Monotonic milliseconds. */
  later?: Waiting;
  laterAt?: number;
  /** Not started before; monotonic milliseconds. */
  notBefore: number;
  /** Ends in a row that count for the back-off. */
  crashes: number;
  /** Failures in a row to make it ready for a start: no image, no ConfigMap. */
  obstacles: number;
  /** The startup probe succeeded, or there is none. */
  started: boolean;
  /** The readiness probe says so, or there is none. */
  passing: boolean;
  /** It runs but has to be replaced, and why. */
  replace?: string;
}

export function roleOf(pod: V1Pod, container: V1Container): ContainerRole {
  if (!pod.spec.initContainers?.includes(container)) return 'main';
  return container.restartPolicy === 'Always' ? 'sidecar' : 'init';
}

/** Init containers first, in their order. */
export function newRecords(pod: V1Pod): ContainerRecord[] {
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return all.map((container) => ({
    container,
    role: roleOf(pod, container),
    notBefore: 0,
    crashes: 0,
    obstacles: 0,
    started: false,
    passing: false,
  }));
}

export function isRunning({ current }: ContainerRecord): boolean {
  return current !== undefined && current.exit === undefined;
}

export function isReady(record: ContainerRecord): boolean {
  const health = record.current?.health ?? 'healthy';
  return isRunning(record) && record.started && record.passing && health === 'healthy';
}

/** How often it was started again. */
export function restartCount({ current }: ContainerRecord): number {
  return current?.attempt ?? 0;
}

/** Whether a run that ended so is followed by another. */
export function isRestarted(pod: V1Pod, role: ContainerRole, exitCode: number): boolean {
  if (role === 'sidecar') return true;
  const policy = pod.spec.restartPolicy ?? 'Always';
  if (role === 'init') return exitCode !== 0 && policy !== 'Never';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** An init container or sidecar that lets the next one start; main containers hold up nobody. */
export function isPassed({ role, started, current }: ContainerRecord): boolean {
  if (role === 'main') return true;
  return role === 'sidecar' ? started : current?.exit?.exitCode === 0;
}

export function isInitialized(records: readonly ContainerRecord[]): boolean {
  return records.every(isPassed);
}

/** How a run ended whose end nobody saw. */
export function lost(run: RuntimeContainer, now: number): RuntimeContainer {
  const message = 'The container could not be located when its state was looked for';
  return { ...run, exit: { exitCode: 137, finishedAt: now, reason: 'ContainerStatusUnknown', message } };
}
