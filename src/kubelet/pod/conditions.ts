// The conditions of a pod that are its kubelet's. Pure.

import type { V1Pod, V1PodCondition } from '../../api/generated/types.ts';
import { timestamp } from '../../api/timestamp.ts';
import { type ContainerRecord, isPassed, isReady } from './container-record.ts';
import type { PodFacts } from './pod-facts.ts';

type Draft = Pick<V1PodCondition, 'type' | 'status' | 'reason' | 'message'>;

const holds = (type: string): Draft => ({ type, status: 'True' });

function doesNot(type: string, reason: string, message?: string): Draft {
  return { type, status: 'False', reason, ...(message ? { message } : {}) };
}

/** In Kubernetes' order. */
export function podConditions(facts: PodFacts, phase: string, initialized: boolean): V1PodCondition[] {
  const ready = containersReady(facts, phase);
  const isPrepared = facts.podIps.length > 0 && !facts.stopped;
  const drafts: Draft[] = [
    { type: 'PodReadyToStartContainers', status: isPrepared ? 'True' : 'False' },
    initializedCondition(facts.records, phase, initialized),
    podReady(facts.pod, ready),
    { ...ready, type: 'ContainersReady' },
    holds('PodScheduled'),
  ];
  return drafts.map((draft) => withTimes(draft, facts));
}

function initializedCondition(
  records: readonly ContainerRecord[],
  phase: string,
  initialized: boolean,
): Draft {
  if (phase === 'Succeeded') return { ...holds('Initialized'), reason: 'PodCompleted' };
  if (initialized) return holds('Initialized');
  const unfinished = records.filter((record) => !isPassed(record));
  return doesNot(
    'Initialized',
    'ContainersNotInitialized',
    `containers with incomplete status: ${names(unfinished)}`,
  );
}

function containersReady({ records }: PodFacts, phase: string): Draft {
  if (phase === 'Succeeded') return doesNot('Ready', 'PodCompleted');
  if (phase === 'Failed') return doesNot('Ready', 'PodFailed');
  const unready = records.filter((record) => record.role !== 'init' && !isReady(record));
  if (unready.length === 0) return holds('Ready');
  return doesNot('Ready', 'ContainersNotReady', `containers with unready status: ${names(unready)}`);
}

/** KEP-580: others may have a say in whether a pod is ready. */
function podReady(pod: V1Pod, containers: Draft): Draft {
  if (containers.status !== 'True') return containers;
  const missing = (pod.spec.readinessGates ?? []).filter(
    ({ conditionType }) =>
      pod.status?.conditions?.find(({ type }) => type === conditionType)?.status !== 'True',
  );
  if (missing.length === 0) return containers;
  const texts = missing.map(({ conditionType }) => `"${conditionType}"`).join(', ');
  return doesNot(
    'Ready',
    'ReadinessGatesNotReady',
    `the conditions of readiness gates ${texts} are not True`,
  );
}

function names(records: readonly ContainerRecord[]): string {
  return `[${records.map(({ container }) => container.name).join(' ')}]`;
}

function withTimes(draft: Draft, { before, now }: PodFacts): V1PodCondition {
  const old = before?.conditions?.find(({ type }) => type === draft.type);
  const isSame = old?.status === draft.status && old.lastTransitionTime;
  return { ...draft, lastTransitionTime: isSame ? old.lastTransitionTime : timestamp(now) };
}
