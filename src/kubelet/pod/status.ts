// The status of a pod as its kubelet reports it, from what it remembers of its containers. Phases, reasons and conditions are Kubernetes'. Pure.

import type { V1ContainerState, V1ContainerStatus, V1Pod, V1PodStatus } from '../../api/generated/types.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { RuntimeContainer } from '../../runtime/runtime.ts';
import { podConditions } from './conditions.ts';
import {
  type ContainerRecord,
  isInitialized,
  isReady,
  isRestarted,
  isRunning,
  restartCount,
} from './container-record.ts';
import type { PodFacts } from './pod-facts.ts';

/** All that is the kubelet's to report; what it does not know (QoS class, others' conditions) is left out. */
export function podStatus(facts: PodFacts): V1PodStatus {
  const { records, verdict, hostIps, podIps, startTime } = facts;
  const phase = phaseOf(facts);
  const initialized = isInitialized(facts.records);
  const report = (record: ContainerRecord) => containerStatus(record, facts, initialized);
  const init = records.filter(({ role }) => role !== 'main');
  const conditions = podConditions(facts, phase, initialized);
  const status: V1PodStatus = { phase, conditions, startTime };
  if (verdict) Object.assign(status, verdict);
  if (hostIps[0]) Object.assign(status, { hostIP: hostIps[0], hostIPs: hostIps.map((ip) => ({ ip })) });
  if (podIps[0]) Object.assign(status, { podIP: podIps[0], podIPs: podIps.map((ip) => ({ ip })) });
  if (verdict && !records.some(({ current }) => current)) return status;
  if (init.length > 0) status.initContainerStatuses = init.map(report);
  status.containerStatuses = records.filter(({ role }) => role === 'main').map(report);
  return status;
}

/** Pending, Running, Succeeded or Failed (Kubernetes' getPhase). */
export function phaseOf(facts: PodFacts): string {
  const { pod, records, verdict, stopped } = facts;
  if (verdict) return 'Failed';
  const main = records.filter(({ role }) => role === 'main');
  const exits = main.map(({ current }) => current?.exit?.exitCode);
  if (records.some((record) => initFailed(pod, record))) return 'Failed';
  const hasEnded = exits.every((code) => code !== undefined && (stopped || !isRestarted(pod, 'main', code)));
  if (hasEnded) return exits.every((code) => code === 0) ? 'Succeeded' : 'Failed';
  if (stopped) return 'Failed';
  const haveRun = main.every(({ current }) => current !== undefined);
  return haveRun && isInitialized(records) ? 'Running' : 'Pending';
}

function initFailed(pod: V1Pod, { role, current }: ContainerRecord): boolean {
  const code = current?.exit?.exitCode;
  return role === 'init' && code !== undefined && code !== 0 && !isRestarted(pod, role, code);
}

function containerStatus(record: ContainerRecord, facts: PodFacts, initialized: boolean): V1ContainerStatus {
  const { container, current, former, role } = record;
  const run = current?.id ? current : former?.id ? former : undefined;
  const state = stateOf(record, facts, initialized);
  const last = state.terminated ? former : state.waiting && current?.exit ? current : former;
  const ready = role === 'init' ? current?.exit?.exitCode === 0 : isReady(record);
  const status: V1ContainerStatus = {
    name: container.name,
    image: (current ?? former)?.image.name || (container.image ?? ''),
    imageID: run?.image.id ?? '',
    ready,
    restartCount: restartCount(record),
    started: isRunning(record) && record.started,
    state,
    lastState: last?.exit ? { terminated: terminated(last, facts) } : {},
  };
  if (run) status.containerID = `${facts.runtimeName}://${run.id}`;
  return status;
}

function stateOf(record: ContainerRecord, facts: PodFacts, initialized: boolean): V1ContainerState {
  const { current } = record;
  if (current && !current.exit) return { running: { startedAt: timestamp(current.startedAt) } };
  const waiting = waitingOf(record, facts.monotonic);
  if (waiting && !facts.stopped) return { waiting };
  if (current?.exit) return { terminated: terminated(current, facts) };
  const isHeldUp = record.role === 'main' && !initialized;
  return { waiting: { reason: isHeldUp ? 'PodInitializing' : 'ContainerCreating' } };
}

function waitingOf({ waiting, later, laterAt }: ContainerRecord, monotonic: number) {
  return later && laterAt !== undefined && laterAt <= monotonic ? later : waiting;
}

function terminated(run: RuntimeContainer, { runtimeName }: PodFacts): V1ContainerState['terminated'] {
  if (!run.exit) return undefined;
  const { exitCode, signal, finishedAt, message } = run.exit;
  const reason = run.exit.reason ?? (exitCode === 0 ? 'Completed' : 'Error');
  return {
    exitCode,
    reason,
    ...(signal === undefined ? {} : { signal }),
    ...(message === undefined ? {} : { message }),
    startedAt: timestamp(run.startedAt),
    finishedAt: timestamp(finishedAt),
    ...(run.id ? { containerID: `${runtimeName}://${run.id}` } : {}),
  };
}
