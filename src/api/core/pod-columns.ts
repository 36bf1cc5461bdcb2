// What `kubectl get pods` shows: the status word, ready and restart counts, as Kubernetes' printer derives them.

import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import { ageSince } from '../duration.ts';
import type { V1Container, V1ContainerStatus, V1Pod, V1PodCondition } from '../generated/types.ts';
import type { Column } from '../kind.ts';
import { hasEnded } from './pod-phase.ts';

interface Counts {
  restarts: number;
  /** RFC 3339, of the container that ended last. */
  lastRestart: string | undefined;
}

interface Summary extends Counts {
  ready: number;
  total: number;
  reason: string;
}

function condition(pod: V1Pod, type: string): V1PodCondition | undefined {
  return pod.status?.conditions?.find((candidate) => candidate.type === type);
}

/** An init container that keeps running beside the others: a sidecar. */
function isSidecar(container: V1Container | undefined): boolean {
  return container?.restartPolicy === 'Always';
}

function addRestarts(counts: Counts, status: V1ContainerStatus): void {
  counts.restarts += status.restartCount;
  const ended = status.lastState?.terminated?.finishedAt;
  if (ended && (!counts.lastRestart || counts.lastRestart < ended)) counts.lastRestart = ended;
}

function terminatedReason(state: V1ContainerStatus['state'], prefix: string): string {
  const terminated = state?.terminated;
  if (terminated?.reason) return prefix + terminated.reason;
  return terminated?.signal
    ? `${prefix}Signal:${terminated.signal}`
    : `${prefix}ExitCode:${terminated?.exitCode ?? 0}`;
}

/** The word for an init container that holds the pod up; undefined when it has done its part. */
function initReason(status: V1ContainerStatus, sidecar: boolean, progress: string): string | undefined {
  const { terminated, waiting } = status.state ?? {};
  if (terminated?.exitCode === 0) return undefined;
  if (sidecar && status.started) return undefined;
  if (terminated) return terminatedReason(status.state, 'Init:');
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${progress}`;
}

/** Walks the init containers in order. Answers whether one of them holds the pod up, and the sidecars' counts. */
function summarizeInit(pod: V1Pod, summary: Summary): { initializing: boolean; sidecars: Counts } {
  const specs = new Map(pod.spec?.initContainers?.map((container) => [container.name, container]));
  const sidecars: Counts = { restarts: 0, lastRestart: undefined };
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const sidecar = isSidecar(specs.get(status.name));
    addRestarts(summary, status);
    if (sidecar) addRestarts(sidecars, status);
    const reason = initReason(status, sidecar, `${index}/${specs.size}`);
    if (reason !== undefined) {
      summary.reason = reason;
      return { initializing: true, sidecars };
    }
    if (sidecar && status.ready && !status.state?.terminated) summary.ready++;
  }
  return { initializing: false, sidecars };
}

function summarizeContainers(pod: V1Pod, summary: Summary): void {
  let hasRunning = false;
  // Backwards: the first container's reason wins.
  for (const status of (pod.status?.containerStatuses ?? []).toReversed()) {
    addRestarts(summary, status);
    if (status.state?.waiting?.reason) summary.reason = status.state.waiting.reason;
    else if (status.state?.terminated) summary.reason = terminatedReason(status.state, '');
    else if (status.ready && status.state?.running) {
      hasRunning = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed' && hasRunning) {
    summary.reason = condition(pod, 'Ready')?.status === 'True' ? 'Running' : 'NotReady';
  }
}

function initialReason(pod: V1Pod): string {
  if (condition(pod, 'PodScheduled')?.reason === 'SchedulingGated') return 'SchedulingGated';
  return pod.status?.reason || pod.status?.phase || '';
}

function summarize(pod: V1Pod): Summary {
  const sidecarCount = pod.spec?.initContainers?.filter(isSidecar).length ?? 0;
  const total = (pod.spec?.containers.length ?? 0) + sidecarCount;
  const summary: Summary = {
    ready: 0,
    total,
    reason: initialReason(pod),
    restarts: 0,
    lastRestart: undefined,
  };
  const { initializing, sidecars } = summarizeInit(pod, summary);
  if (!initializing || condition(pod, 'Initialized')?.status === 'True') {
    Object.assign(summary, sidecars);
    summarizeContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp) {
    if (pod.status?.reason === 'NodeLost') summary.reason = 'Unknown';
    else if (!hasEnded(pod)) summary.reason = 'Terminating';
  }
  return summary;
}

function restartsText({ restarts, lastRestart }: Counts, now: number): string {
  return restarts > 0 && lastRestart ? `${restarts} (${ageSince(lastRestart, now)} ago)` : String(restarts);
}

function readinessGates(pod: V1Pod): string {
  const gates = pod.spec?.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter((gate) => condition(pod, gate.conditionType)?.status === 'True');
  return `${open.length}/${gates.length}`;
}

export const podColumns: Column<V1Pod>[] = [
  nameColumn,
  text(
    'Ready',
    (pod) => {
      const { ready, total } = summarize(pod);
      return `${ready}/${total}`;
    },
    'The aggregate readiness state of this pod for accepting traffic.',
  ),
  text('Status', (pod) => summarize(pod).reason, 'The aggregate status of the containers in this pod.'),
  text(
    'Restarts',
    (pod, now) => restartsText(summarize(pod), now),
    'The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.',
  ),
  ageColumn,
  wide('IP', (pod) => pod.status?.podIPs?.[0]?.ip || '<none>', 'The first address of the pod.'),
  wide('Node', (pod) => pod.spec?.nodeName || '<none>', 'The node on which the pod runs.'),
  wide(
    'Nominated Node',
    (pod) => pod.status?.nominatedNodeName || '<none>',
    'The node that is being cleared for it.',
  ),
  wide('Readiness Gates', readinessGates, 'How many of the readiness gates are open.'),
];
