// Reads what a HorizontalPodAutoscaler measures: usage from metrics.k8s.io, requests from the pods. Amounts are in thousandths.

import type { V1beta1PodMetrics, V1Pod, V2MetricSpec, V2MetricTarget } from '../../api/generated/types.ts';
import { milliUnits, parseQuantity } from '../../api/quantity.ts';
import type { RequestOf, Target, Usage } from './replica-arithmetic.ts';

/** A metric of the kinds that are served: Resource and ContainerResource. */
export interface ResourceMetric {
  resource: string;
  /** Only this container's; undefined: the sum of all. */
  container: string | undefined;
  target: V2MetricTarget;
}

export function resourceMetric(spec: V2MetricSpec): ResourceMetric | undefined {
  if (spec.type === 'Resource' && spec.resource) {
    return { resource: spec.resource.name, container: undefined, target: spec.resource.target };
  }
  if (spec.type === 'ContainerResource' && spec.containerResource) {
    const { name, container, target } = spec.containerResource;
    return { resource: name, container, target };
  }
  return undefined;
}

/** A Go duration as the metrics API writes windows: `30s`, `1m0s`, `15.5s`. Milliseconds; 0 for anything else. */
function windowMs(text: string): number {
  const parts = /^(?:(\d+)h)?(?:(\d+)m)?(?:([\d.]+)s)?$/.exec(text);
  if (!parts) return 0;
  const [, hours = '0', minutes = '0', seconds = '0'] = parts;
  return (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}

/** Undefined when a container that counts is not in the metrics. */
export function usageOf(
  metrics: V1beta1PodMetrics,
  { resource, container }: ResourceMetric,
): Usage | undefined {
  const counted = metrics.containers.filter(({ name }) => container === undefined || name === container);
  const amounts = counted.map(({ usage }) => usage[resource]);
  if (counted.length === 0 || amounts.includes(undefined)) return undefined;
  const amount = amounts.reduce((sum, quantity) => sum + milliUnits(parseQuantity(quantity ?? '0')), 0);
  return { amount, timestamp: Date.parse(metrics.timestamp), windowMs: windowMs(metrics.window) };
}

function requestReader({ resource, container }: ResourceMetric): RequestOf {
  return (pod: V1Pod) => {
    const sidecars = (pod.spec.initContainers ?? []).filter(
      ({ restartPolicy }) => restartPolicy === 'Always',
    );
    const counted = [...pod.spec.containers, ...sidecars].filter(
      ({ name }) => container === undefined || name === container,
    );
    return counted.reduce((sum, { name, resources }) => {
      const request = resources?.requests?.[resource];
      if (request === undefined) {
        throw new Error(`missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}`);
      }
      return sum + milliUnits(parseQuantity(request));
    }, 0);
  };
}

/** Throws for a target that is neither a utilization nor an average. */
export function targetOf(metric: ResourceMetric): Target {
  const { averageUtilization, averageValue } = metric.target;
  if (averageValue !== undefined) return { kind: 'average', amount: milliUnits(parseQuantity(averageValue)) };
  if (averageUtilization === undefined) {
    throw new Error(
      'invalid resource metric source: neither an average utilization target nor an average value target was set',
    );
  }
  return { kind: 'utilization', percent: averageUtilization, requestOf: requestReader(metric) };
}
