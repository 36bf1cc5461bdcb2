// Admission of pods: their priority. PriorityClasses are not served; the two that every cluster has are known by name, and every
// other pod has priority 0. Texts and rules of Kubernetes' Priority plugin.

import type { V1Pod, V1PodSpec } from '../../api/generated/types.ts';
import { forbiddenError } from '../../api/status.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { writtenPod } from './written-pod.ts';

const classes: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
};
const preemption = 'PreemptLowerPriority';

export const podPriority: AdmissionPlugin = {
  name: 'Priority',
  mutate(request) {
    const pod = writtenPod(request);
    if (!pod) return;
    if (request.operation === 'update') keepPriority(pod.spec, (request.old as V1Pod | undefined)?.spec);
    else setPriority(request, pod.spec);
  },
};

/** A manifest that does not name them can be applied again. */
function keepPriority(spec: V1PodSpec, old: V1PodSpec | undefined): void {
  if (old?.priority !== undefined) spec.priority ??= old.priority;
  if (old?.preemptionPolicy !== undefined) spec.preemptionPolicy ??= old.preemptionPolicy;
}

function setPriority({ kind, name }: AdmissionRequest, spec: V1PodSpec): void {
  const className = spec.priorityClassName ?? '';
  const priority = className === '' ? 0 : Object.hasOwn(classes, className) ? classes[className] : undefined;
  if (priority === undefined)
    throw forbiddenError(kind.resourceName, name, `no PriorityClass with name ${className} was found`);
  const from = 'must not be provided in pod spec; priority admission controller computed';
  if (spec.priority !== undefined && spec.priority !== priority) {
    const text = `the integer value of priority (${spec.priority}) ${from} ${priority} from the given PriorityClass name`;
    throw forbiddenError(kind.resourceName, name, text);
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemption) {
    const text = `the string value of PreemptionPolicy (${spec.preemptionPolicy}) ${from} ${preemption} from the given PriorityClass name`;
    throw forbiddenError(kind.resourceName, name, text);
  }
  spec.priority = priority;
  spec.preemptionPolicy = preemption;
}
