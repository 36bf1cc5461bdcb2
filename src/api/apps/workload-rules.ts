// Validation of what Deployments and ReplicaSets have in common: replicas, a selector, a template.

import { deepEqual } from '../../base/deep-equal.ts';
import { podTemplateErrors } from '../core/pod-template.ts';
import { type FieldError, required } from '../field-error.ts';
import { checkNonNegative } from '../field-rules.ts';
import type { V1LabelSelector, V1PodTemplateSpec } from '../generated/types.ts';
import { goLabelSelector, invalidPrinted } from '../go-value.ts';
import { isEmptySelector, selectorErrors, templateMatchErrors } from '../label-selector-rules.ts';

interface WorkloadSpec {
  replicas?: number;
  minReadySeconds?: number;
  selector?: V1LabelSelector;
  template?: V1PodTemplateSpec;
}

export function workloadErrors(
  spec: WorkloadSpec,
  owner: 'Deployment' | 'ReplicaSet',
  errors: FieldError[],
): void {
  checkNonNegative(spec.replicas, 'spec.replicas', errors);
  checkNonNegative(spec.minReadySeconds, 'spec.minReadySeconds', errors);
  const { selector, template } = spec;
  if (!selector) errors.push(required('spec.selector'));
  else {
    selectorErrors(selector, 'spec.selector', errors);
    if (isEmptySelector(selector)) {
      // Kubernetes says "deployment" for both kinds.
      const text = 'empty selector is invalid for deployment';
      errors.push(invalidPrinted('spec.selector', goLabelSelector(selector), text));
    } else {
      templateMatchErrors(selector, template?.metadata?.labels, 'spec.template.metadata.labels', errors);
    }
  }
  podTemplateErrors(template ?? {}, 'spec.template', owner, errors);
}

/** Another selector would orphan the pods of the old one. */
export function selectorChangeErrors(next: WorkloadSpec, old: WorkloadSpec): FieldError[] {
  if (deepEqual(next.selector, old.selector)) return [];
  return [invalidPrinted('spec.selector', goLabelSelector(next.selector), 'field is immutable')];
}
