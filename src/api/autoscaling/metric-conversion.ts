// Metrics in the flat form that autoscaling/v1 keeps in annotations, and back.

import { withoutUndefined } from '../../base/without-undefined.ts';
import type {
  V1LabelSelector,
  V2CrossVersionObjectReference,
  V2MetricIdentifier,
  V2MetricSpec,
  V2MetricTarget,
} from '../generated/types.ts';

interface FlatResource {
  name: string;
  container?: string;
  targetAverageUtilization?: number;
  targetAverageValue?: string;
}

/** One metric as autoscaling/v1's annotation has it. */
export interface FlatMetric {
  type: string;
  resource?: FlatResource;
  containerResource?: FlatResource;
  pods?: { metricName: string; selector?: V1LabelSelector; targetAverageValue: string };
  object?: {
    target: V2CrossVersionObjectReference;
    metricName: string;
    selector?: V1LabelSelector;
    targetValue: string;
    averageValue?: string;
  };
  external?: {
    metricName: string;
    metricSelector?: V1LabelSelector;
    targetValue?: string;
    targetAverageValue?: string;
  };
}

function flatResource(source: { name: string; container?: string; target: V2MetricTarget }): FlatResource {
  return withoutUndefined({
    name: source.name,
    targetAverageUtilization: source.target.averageUtilization,
    targetAverageValue: source.target.averageValue,
    container: source.container,
  });
}

export function flattenMetric(metric: V2MetricSpec): FlatMetric {
  const { type, resource, containerResource, pods, object, external } = metric;
  return withoutUndefined({
    type,
    resource: resource && flatResource(resource),
    containerResource: containerResource && flatResource(containerResource),
    pods:
      pods &&
      withoutUndefined({
        metricName: pods.metric.name,
        selector: pods.metric.selector,
        targetAverageValue: pods.target.averageValue ?? '0',
      }),
    object:
      object &&
      withoutUndefined({
        target: object.describedObject,
        metricName: object.metric.name,
        targetValue: object.target.value ?? '0',
        selector: object.metric.selector,
        averageValue: object.target.averageValue,
      }),
    external:
      external &&
      withoutUndefined({
        metricName: external.metric.name,
        metricSelector: external.metric.selector,
        targetValue: external.target.value,
        targetAverageValue: external.target.averageValue,
      }),
  });
}

function identifier(name: string, selector: V1LabelSelector | undefined): V2MetricIdentifier {
  return withoutUndefined({ name, selector });
}

function resourceTarget({ targetAverageUtilization, targetAverageValue }: FlatResource): V2MetricTarget {
  return targetAverageValue === undefined
    ? withoutUndefined({ type: 'Utilization', averageUtilization: targetAverageUtilization })
    : { type: 'AverageValue', averageValue: targetAverageValue };
}

function valueTarget(value: string | undefined, averageValue: string | undefined): V2MetricTarget {
  return averageValue === undefined
    ? withoutUndefined({ type: 'Value', value })
    : { type: 'AverageValue', averageValue };
}

export function unflattenMetric(metric: FlatMetric): V2MetricSpec {
  const { type, resource, containerResource, pods, object, external } = metric;
  return withoutUndefined({
    type,
    resource: resource && { name: resource.name, target: resourceTarget(resource) },
    containerResource: containerResource && {
      name: containerResource.name,
      container: containerResource.container ?? '',
      target: resourceTarget(containerResource),
    },
    pods: pods && {
      metric: identifier(pods.metricName, pods.selector),
      target: { type: 'AverageValue', averageValue: pods.targetAverageValue },
    },
    object: object && {
      describedObject: object.target,
      metric: identifier(object.metricName, object.selector),
      target: valueTarget(object.targetValue, object.averageValue),
    },
    external: external && {
      metric: identifier(external.metricName, external.metricSelector),
      target: valueTarget(external.targetValue, external.targetAverageValue),
    },
  });
}
