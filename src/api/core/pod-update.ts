// What an update may change of a pod, and what its status may become.

import { deepEqual } from '../../base/deep-equal.ts';
import { type FieldError, forbidden, invalid } from '../field-error.ts';
import { checkRange } from '../field-rules.ts';
import type { V1Container, V1Pod, V1PodSpec, V1Toleration } from '../generated/types.ts';

const changeable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
  '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

const maxInt32 = 2_147_483_647;

export function podUpdateErrors(pod: V1Pod, old: V1Pod): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = pod;
  for (const list of ['containers', 'initContainers'] as const) {
    if ((spec[list]?.length ?? 0) !== (old.spec[list]?.length ?? 0)) {
      return [forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
    }
  }
  deadlineErrors(spec, old.spec, errors);
  tolerationErrors(spec.tolerations ?? [], old.spec.tolerations ?? [], errors);
  const changed = changedFields(unchangeable(spec, old.spec), old.spec);
  if (changed.length > 0) errors.push(forbidden('spec', `${changeable}\n${changed.join('\n')}`));
  return errors;
}

function deadlineErrors(
  { activeDeadlineSeconds: next }: V1PodSpec,
  { activeDeadlineSeconds: before }: V1PodSpec,
  errors: FieldError[],
): void {
  const field = 'spec.activeDeadlineSeconds';
  if (next === undefined) {
    if (before !== undefined) {
      errors.push(invalid(field, undefined, 'must not update from a positive integer to nil value'));
    }
    return;
  }
  checkRange(next, 0, maxInt32, field, errors);
  if (before !== undefined && next > before) {
    errors.push(invalid(field, next, 'must be less than or equal to previous value'));
  }
}

/** Tolerations may be added, and their seconds changed. */
function tolerationErrors(next: V1Toleration[], before: V1Toleration[], errors: FieldError[]): void {
  const withoutSeconds = ({ tolerationSeconds: _, ...rest }: V1Toleration) => rest;
  const kept = before.every((toleration) =>
    next.some((candidate) => deepEqual(withoutSeconds(candidate), withoutSeconds(toleration))),
  );
  if (!kept) {
    errors.push(
      forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'),
    );
  }
}

/** The new spec with everything put back that may change. */
function unchangeable(spec: V1PodSpec, old: V1PodSpec): V1PodSpec {
  const graceRepaired =
    (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  const result: V1PodSpec = {
    ...spec,
    containers: withImagesOf(spec.containers, old.containers) ?? [],
    activeDeadlineSeconds: old.activeDeadlineSeconds,
    tolerations: old.tolerations,
  };
  if (spec.initContainers) result.initContainers = withImagesOf(spec.initContainers, old.initContainers);
  if (graceRepaired) result.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  // Gates may be taken away, and what steers scheduling be narrowed, while the scheduler holds back.
  if (old.schedulingGates?.length) {
    result.schedulingGates = old.schedulingGates;
    result.nodeSelector = old.nodeSelector;
    result.affinity = old.affinity;
  }
  return result;
}

function withImagesOf(
  next: V1Container[] | undefined,
  old: V1Container[] | undefined,
): V1Container[] | undefined {
  return next?.map((container, index) => ({ ...container, image: old?.[index]?.image }));
}

/** The fields that differ: a line with the old value, a line with the new one. */
function changedFields(next: V1PodSpec, old: V1PodSpec): string[] {
  const before = old as unknown as Record<string, unknown>;
  const after = next as unknown as Record<string, unknown>;
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  const line = (sign: string, name: string, value: unknown) =>
    value === undefined ? [] : [`${sign} ${name}: ${JSON.stringify(value)}`];
  return names
    .filter((name) => !deepEqual(before[name], after[name]))
    .flatMap((name) => [...line('-', name, before[name]), ...line('+', name, after[name])]);
}

/** What a pod was promised at its creation stays. */
export function podStatusErrors(pod: V1Pod, old: V1Pod): FieldError[] {
  const next = pod.status?.qosClass;
  const before = old.status?.qosClass;
  return next && before && next !== before ? [invalid('status.qosClass', next, 'field is immutable')] : [];
}
