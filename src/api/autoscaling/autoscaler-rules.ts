// Validation of HorizontalPodAutoscalers: bounds, metrics, behaviour.

import { type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { checkAtMostOne, checkName, checkOneOf, checkPresent } from '../field-rules.ts';
import type {
  V2CrossVersionObjectReference,
  V2HorizontalPodAutoscaler,
  V2HPAScalingRules,
  V2MetricIdentifier,
  V2MetricSpec,
  V2MetricTarget,
} from '../generated/types.ts';
import { selectorErrors } from '../label-selector-rules.ts';
import { pathSegmentProblems } from '../names.ts';
import { parseQuantity } from '../quantity.ts';

/** The field of each source, by type. */
const sources: Record<string, keyof V2MetricSpec> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};
const maxWindowSeconds = 3600;
const maxPeriodSeconds = 1800;

export function autoscalerErrors({ spec }: V2HorizontalPodAutoscaler): FieldError[] {
  const errors: FieldError[] = [];
  const { minReplicas, maxReplicas = 0, scaleTargetRef, metrics, behavior } = spec ?? {};
  if (minReplicas !== undefined && minReplicas < 1) {
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  }
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  referenceErrors(scaleTargetRef, 'spec.scaleTargetRef', errors);
  for (const [index, metric] of (metrics ?? []).entries())
    metricErrors(metric, `spec.metrics[${index}]`, errors);
  if (behavior?.scaleUp) rulesErrors(behavior.scaleUp, 'spec.behavior.scaleUp', errors);
  if (behavior?.scaleDown) rulesErrors(behavior.scaleDown, 'spec.behavior.scaleDown', errors);
  return errors;
}

function referenceErrors(
  ref: V2CrossVersionObjectReference | undefined,
  path: string,
  errors: FieldError[],
): void {
  for (const field of ['kind', 'name'] as const) {
    if (checkPresent(ref?.[field], `${path}.${field}`, errors)) {
      checkName(pathSegmentProblems, ref?.[field], `${path}.${field}`, errors);
    }
  }
}

function metricErrors(metric: V2MetricSpec, path: string, errors: FieldError[]): void {
  const only = 'must populate the given metric source only';
  checkAtMostOne(metric, Object.values(sources), path, only, errors);
  if (!metric.type) {
    errors.push(required(`${path}.type`, 'must specify a metric source type'));
    return;
  }
  checkOneOf(metric.type, Object.keys(sources), `${path}.type`, errors);
  const field = sources[metric.type];
  if (!field) return;
  if (metric[field] === undefined) {
    errors.push(required(`${path}.${field}`, 'must populate information for the given metric source'));
  }
  sourceErrors(metric, path, errors);
}

function sourceErrors(metric: V2MetricSpec, path: string, errors: FieldError[]): void {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) resourceErrors(resource, `${path}.resource`, errors);
  if (containerResource) {
    resourceErrors(containerResource, `${path}.containerResource`, errors);
    const text = 'must specify a container';
    checkPresent(containerResource.container, `${path}.containerResource.container`, errors, text);
  }
  if (pods) {
    identifierErrors(pods.metric, `${path}.pods.metric`, errors);
    targetErrors(pods.target, `${path}.pods.target`, errors);
    if (pods.target?.averageValue === undefined) {
      errors.push(
        required(`${path}.pods.target.averageValue`, 'must specify a positive target averageValue'),
      );
    }
  }
  if (object) {
    referenceErrors(object.describedObject, `${path}.object.describedObject`, errors);
    identifierErrors(object.metric, `${path}.object.metric`, errors);
    eitherValueErrors(object.target, `${path}.object.target`, errors);
  }
  if (external) {
    identifierErrors(external.metric, `${path}.external.metric`, errors);
    eitherValueErrors(external.target, `${path}.external.target`, errors);
  }
}

function identifierErrors(metric: V2MetricIdentifier | undefined, path: string, errors: FieldError[]): void {
  if (checkPresent(metric?.name, `${path}.name`, errors, 'must specify a metric name')) {
    checkName(pathSegmentProblems, metric?.name, `${path}.name`, errors);
  }
  selectorErrors(metric?.selector, `${path}.selector`, errors);
}

function targetErrors(target: V2MetricTarget | undefined, path: string, errors: FieldError[]): void {
  const { type, averageUtilization, value, averageValue } = target ?? {};
  if (!type) errors.push(required(`${path}.type`, 'must specify a metric target type'));
  else if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'));
  }
  for (const [field, amount] of [
    ['value', value],
    ['averageValue', averageValue],
  ] as const) {
    if (amount !== undefined && parseQuantity(amount).nanos <= 0n) {
      errors.push(invalid(`${path}.${field}`, amount, 'must be positive'));
    }
  }
}

function resourceErrors(
  { name, target }: { name?: string; target?: V2MetricTarget },
  path: string,
  errors: FieldError[],
): void {
  checkPresent(name, `${path}.name`, errors, 'must specify a resource name');
  targetErrors(target, `${path}.target`, errors);
  const { averageUtilization, averageValue } = target ?? {};
  if (averageUtilization === undefined && averageValue === undefined) {
    const text = 'must set either a target raw value or a target utilization';
    errors.push(required(`${path}.target.averageUtilization`, text));
  } else if (averageUtilization !== undefined && averageValue !== undefined) {
    const text = 'may not set both a target raw value and a target utilization';
    errors.push(forbidden(`${path}.target.averageValue`, text));
  }
}

function eitherValueErrors(target: V2MetricTarget | undefined, path: string, errors: FieldError[]): void {
  targetErrors(target, path, errors);
  if (target?.value === undefined && target?.averageValue === undefined) {
    const text = 'must set either a target value for metric or a per-pod target';
    errors.push(required(`${path}.averageValue`, text));
  } else if (target.value !== undefined && target.averageValue !== undefined) {
    const text = 'may not set both a target value for metric and a per-pod target';
    errors.push(forbidden(`${path}.value`, text));
  }
}

function rulesErrors(rules: V2HPAScalingRules, path: string, errors: FieldError[]): void {
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [] } = rules;
  if (window !== undefined && window < 0) {
    errors.push(
      invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'),
    );
  }
  if (window !== undefined && window > maxWindowSeconds) {
    const text = `must be less than or equal to ${maxWindowSeconds}`;
    errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, text));
  }
  checkOneOf(selectPolicy ?? 'Max', ['Disabled', 'Max', 'Min'], `${path}.selectPolicy`, errors);
  checkPresent(policies, `${path}.policies`, errors, 'must specify at least one Policy');
  for (const [index, { type, value, periodSeconds }] of policies.entries()) {
    const at = `${path}.policies[${index}]`;
    checkOneOf(type, ['Percent', 'Pods'], `${at}.type`, errors);
    positiveErrors(value, `${at}.value`, errors);
    positiveErrors(periodSeconds, `${at}.periodSeconds`, errors);
    if (periodSeconds > maxPeriodSeconds) {
      const text = `must be less than or equal to ${maxPeriodSeconds}`;
      errors.push(invalid(`${at}.periodSeconds`, periodSeconds, text));
    }
  }
}

function positiveErrors(value: number | undefined, field: string, errors: FieldError[]): void {
  if (value === undefined || value <= 0) errors.push(invalid(field, value ?? 0, 'must be greater than zero'));
}
