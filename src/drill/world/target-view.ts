// What a drill reads out of the objects that a target consists of. Pure.

import { hasEnded } from '../../api/core/pod-phase.ts';
import { isReady } from '../../api/core/readiness.ts';
import type { V1Node, V1Pod } from '../../api/generated/types.ts';
import type { BackendPolicy } from '../../api/relevo/backend-policy-types.ts';
import {
  type LabelSelectorMatcher,
  labelSelectorFromMap,
  labelSelectorFromObject,
} from '../../api/selectors.ts';
import type { TargetRef } from '../scenario/scenario.ts';
import { restartsOf } from './object-facts.ts';
import type { Entrance, TargetObjects } from './target-objects.ts';
import { placeOf } from './target-place.ts';
import type { TargetPod, TargetView } from './world.ts';

/** Throws, in one line, when the Service is not there or cannot be reached from here. */
export function targetView(ref: TargetRef, objects: TargetObjects, entrance: Entrance): TargetView {
  const { url, host = ref.host } = placeOf(ref, objects, entrance);
  const policy = policyOf(ref, objects.policies);
  return {
    namespace: ref.service?.namespace ?? '',
    service: ref.service?.name ?? '',
    url,
    ...(host === undefined ? {} : { host }),
    ...podsOf(objects, policy),
    nodes: objects.nodes.map(nodeView).sort(byName),
    hasPolicy: policy !== undefined,
    hasBackups: policy?.spec.backup !== undefined,
    hasSorryPage: policy?.spec.sorry?.configMap !== undefined,
  };
}

/** The policy that is for the Service: of several the oldest that was not refused, as the balancer has it. */
function policyOf({ service }: TargetRef, policies: readonly BackendPolicy[]): BackendPolicy | undefined {
  const own = policies.filter(({ spec }) => spec.targetRef.name === service?.name);
  const accepted = own.filter(({ status }) => !status?.conditions?.some(isRefused));
  return accepted.sort((a, b) => (createdAt(a) < createdAt(b) ? -1 : 1))[0];
}

function isRefused({ type, status }: { type: string; status: string }): boolean {
  return type === 'Accepted' && status === 'False';
}

function createdAt({ metadata }: BackendPolicy): string {
  return `${metadata.creationTimestamp} ${metadata.name}`;
}

function podsOf(
  { service, pods, deployments, replicaSets }: TargetObjects,
  policy: BackendPolicy | undefined,
): Pick<TargetView, 'pods' | 'wanted'> {
  const primaries = labelSelectorFromMap(service?.spec?.selector);
  const isOwn = Object.keys(service?.spec?.selector ?? {}).length > 0;
  const backups = policy?.spec.backup ? labelSelectorFromObject(policy.spec.backup.selector) : undefined;
  const here = pods.filter((pod) => !pod.metadata.deletionTimestamp && !hasEnded(pod));
  const roleOf = ({ metadata: { labels } }: V1Pod): TargetPod['role'] | undefined => {
    if (backups?.matches(labels)) return 'backup';
    return isOwn && primaries.matches(labels) ? 'primary' : undefined;
  };
  const list = here.flatMap((pod) => podView(pod, roleOf(pod)) ?? []).sort(byName);
  const wanted = isOwn ? wantedPrimaries({ deployments, replicaSets }, primaries, backups) : undefined;
  return { pods: list, ...(wanted === undefined ? {} : { wanted }) };
}

/** What their owners were asked for; during a rollout as well. Undefined where no owner says so. */
function wantedPrimaries(
  { deployments, replicaSets }: Pick<TargetObjects, 'deployments' | 'replicaSets'>,
  primaries: LabelSelectorMatcher,
  backups: LabelSelectorMatcher | undefined,
): number | undefined {
  const lone = replicaSets.filter(({ metadata }) => !metadata.ownerReferences?.some((one) => one.controller));
  const owners = [...deployments, ...lone].filter(({ spec }) => {
    const labels = spec?.template?.metadata?.labels;
    return primaries.matches(labels) && !backups?.matches(labels);
  });
  if (owners.length === 0) return undefined;
  return owners.reduce((sum, { spec }) => sum + (spec?.replicas ?? 1), 0);
}

function podView(pod: V1Pod, role: TargetPod['role'] | undefined): TargetPod | undefined {
  if (role === undefined) return undefined;
  const { metadata, spec, status } = pod;
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    node: spec?.nodeName ?? '',
    role,
    ready: isReady(pod),
    restarts: restartsOf(pod),
    address: status?.podIP ?? '',
    ...(metadata.creationTimestamp ? { createdAt: new Date(metadata.creationTimestamp).getTime() } : {}),
  };
}

function nodeView(node: V1Node): TargetView['nodes'][number] {
  return { name: node.metadata.name ?? '', ready: isReady(node), schedulable: !node.spec?.unschedulable };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}
