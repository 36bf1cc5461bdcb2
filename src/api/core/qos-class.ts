// The quality-of-service class of a pod: who is sacrificed first when a node runs short.

import type { V1Container, V1PodSpec, V1ResourceRequirements } from '../generated/types.ts';
import { parseQuantity } from '../quantity.ts';

const counted = ['cpu', 'memory'] as const;

function hasAny(resources: V1ResourceRequirements | undefined): boolean {
  return counted.some((name) => isSet(resources?.requests?.[name]) || isSet(resources?.limits?.[name]));
}

function isSet(quantity: string | undefined): quantity is string {
  return quantity !== undefined && parseQuantity(quantity).nanos !== 0n;
}

function sameAmount(a: string, b: string): boolean {
  return a === b || parseQuantity(a).nanos === parseQuantity(b).nanos;
}

function isGuaranteed({ resources }: V1Container): boolean {
  return counted.every((name) => {
    const limit = resources?.limits?.[name];
    const request = resources?.requests?.[name] ?? limit;
    return isSet(limit) && isSet(request) && sameAmount(limit, request);
  });
}

/** `Guaranteed`: every container limits cpu and memory to what it requests. `BestEffort`: none says anything. Else `Burstable`. */
export function qosClass(spec: V1PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  if (!containers.some(({ resources }) => hasAny(resources))) return 'BestEffort';
  return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}
