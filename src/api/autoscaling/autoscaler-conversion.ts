// autoscaling/v1 ↔ v2. What v1 has no field for is kept in annotations under autoscaling.alpha.kubernetes.io. The metrics'
// order is not kept: the cpu target comes first.

import type {
  V1HorizontalPodAutoscaler,
  V2HorizontalPodAutoscaler,
  V2HorizontalPodAutoscalerStatus,
  V2MetricSpec,
} from '../generated/types.ts';
import type { AnyObject } from '../object.ts';
import { type FlatMetric, flattenMetric, unflattenMetric } from './metric-conversion.ts';

const prefix = 'autoscaling.alpha.kubernetes.io/';
const defaultCpuPercent = 80;

type Carried = 'metrics' | 'behavior' | 'current-metrics' | 'conditions';

function takeAnnotation(annotations: Record<string, string>, name: Carried): unknown {
  const text = annotations[prefix + name];
  delete annotations[prefix + name];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // A user's own text under our key: there is nothing in it for us.
    return undefined;
  }
}

function isCpuUtilization(metric: V2MetricSpec): boolean {
  return metric.resource?.name === 'cpu' && metric.resource.target.averageUtilization !== undefined;
}

function cpuMetric(averageUtilization: number): V2MetricSpec {
  return { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } };
}

function metricsOf(cpuPercent: number | undefined, flat: unknown): V2MetricSpec[] {
  const others = Array.isArray(flat) ? (flat as FlatMetric[]).map(unflattenMetric) : [];
  if (cpuPercent !== undefined) return [cpuMetric(cpuPercent), ...others];
  return others.length > 0 ? others : [cpuMetric(defaultCpuPercent)];
}

export function autoscalerToV2(object: V1HorizontalPodAutoscaler): AnyObject & V2HorizontalPodAutoscaler {
  const { targetCPUUtilizationPercentage, ...spec } = object.spec ?? {};
  const { currentCPUUtilizationPercentage, ...status } = object.status ?? { desiredReplicas: 0 };
  const annotations = { ...object.metadata.annotations };
  const behavior = takeAnnotation(annotations, 'behavior');
  const metrics = metricsOf(targetCPUUtilizationPercentage, takeAnnotation(annotations, 'metrics'));
  const currentMetrics = takeAnnotation(annotations, 'current-metrics');
  const conditions = takeAnnotation(annotations, 'conditions');
  const { annotations: _, ...metadata } = object.metadata;
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata,
    spec: { ...spec, metrics, ...(behavior ? { behavior } : {}) },
    ...(object.status
      ? {
          status: {
            ...status,
            currentMetrics: currentMetrics ?? currentCpu(currentCPUUtilizationPercentage),
            ...(conditions ? { conditions } : {}),
          },
        }
      : {}),
  } as AnyObject & V2HorizontalPodAutoscaler;
}

function currentCpu(averageUtilization: number | undefined): unknown {
  if (averageUtilization === undefined) return undefined;
  return [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization } } }];
}

function statusFromV2(status: V2HorizontalPodAutoscalerStatus): V1HorizontalPodAutoscaler['status'] {
  const { currentMetrics, conditions: _, ...rest } = status;
  const cpu = currentMetrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.current;
  return {
    ...rest,
    currentReplicas: rest.currentReplicas ?? 0,
    ...(cpu?.averageUtilization === undefined
      ? {}
      : { currentCPUUtilizationPercentage: cpu.averageUtilization }),
  };
}

function carriedAnnotations({ spec, status }: V2HorizontalPodAutoscaler): Record<string, string> {
  const others = (spec?.metrics ?? []).filter((metric) => !isCpuUtilization(metric));
  const carried: [Carried, unknown][] = [];
  if (others.length > 0) carried.push(['metrics', others.map(flattenMetric)]);
  if (spec?.behavior) carried.push(['behavior', spec.behavior]);
  if (status?.currentMetrics?.length) carried.push(['current-metrics', status.currentMetrics]);
  if (status?.conditions?.length) carried.push(['conditions', status.conditions]);
  return Object.fromEntries(carried.map(([name, value]) => [prefix + name, JSON.stringify(value)]));
}

export function autoscalerFromV2(stored: AnyObject): V1HorizontalPodAutoscaler {
  const object = stored as AnyObject & V2HorizontalPodAutoscaler;
  const { metrics, behavior: _, ...spec } = object.spec;
  const cpu = metrics?.find(isCpuUtilization)?.resource?.target.averageUtilization;
  const annotations = { ...object.metadata.annotations, ...carriedAnnotations(object) };
  return {
    apiVersion: 'autoscaling/v1',
    kind: object.kind,
    metadata: Object.keys(annotations).length > 0 ? { ...object.metadata, annotations } : object.metadata,
    spec: { ...spec, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    ...(object.status ? { status: statusFromV2(object.status) } : {}),
  };
}
