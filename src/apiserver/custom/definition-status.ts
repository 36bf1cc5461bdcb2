// The status of a CustomResourceDefinition as a function of its spec, its status so far and the names that others have.

import { approvalOf, isProtectedGroup } from '../../api/apiextensions/api-approval.ts';
import { cleanupFinalizer } from '../../api/apiextensions/custom-resource-definition.ts';
import type {
  V1CustomResourceDefinition as Definition,
  V1CustomResourceDefinitionCondition,
  V1CustomResourceDefinitionStatus,
} from '../../api/generated/types.ts';
import { structuralSchemaErrors } from '../../api/schema/crd-schema.ts';
import { timestamp } from '../../api/timestamp.ts';
import { acceptNames, type ClaimedNames } from './naming.ts';

type ConditionType =
  | 'NamesAccepted'
  | 'Established'
  | 'Terminating'
  | 'NonStructuralSchema'
  | 'KubernetesAPIApprovalPolicyConformant';

type Finding = Pick<V1CustomResourceDefinitionCondition, 'status' | 'reason' | 'message'>;

/** `now` is wall-clock milliseconds; conditions that stay as they are keep their times. */
export function definitionStatus(
  definition: Definition,
  others: ClaimedNames,
  now: number,
): V1CustomResourceDefinitionStatus {
  const before = definition.status ?? {};
  const { accepted, conflict } = acceptNames(definition.spec.names, before.acceptedNames ?? {}, others);
  const named: Finding = conflict
    ? { status: 'False', ...conflict }
    : { status: 'True', reason: 'NoConflicts', message: 'no conflicts found' };
  const findings: Record<ConditionType, Finding | undefined> = {
    NamesAccepted: named,
    Established: established(definition, conflict !== undefined),
    Terminating: terminating(definition),
    NonStructuralSchema: nonStructural(definition),
    KubernetesAPIApprovalPolicyConformant: approval(definition),
  };
  return {
    ...before,
    acceptedNames: accepted,
    conditions: withFindings(before.conditions ?? [], findings, timestamp(now)),
    storedVersions: storedVersions(definition),
  };
}

/** Whether objects of the definition may be served. */
export function isServable({ status }: Definition): boolean {
  const isTrue = (type: ConditionType) => conditionOf(status?.conditions, type)?.status === 'True';
  return isTrue('Established') && !isTrue('NonStructuralSchema');
}

/** Whether it wants names that it did not get. */
export function hasNameConflict({ status }: Definition): boolean {
  return conditionOf(status?.conditions, 'NamesAccepted')?.status === 'False';
}

function conditionOf(conditions: readonly V1CustomResourceDefinitionCondition[] = [], type: ConditionType) {
  return conditions.find((condition) => condition.type === type);
}

/** Once established stays established: objects are not taken away because somebody wants a further name. */
function established({ status: before }: Definition, hasConflict: boolean): Finding {
  const known = conditionOf(before?.conditions, 'Established');
  if (known?.status === 'True') {
    const { status, reason, message } = known;
    return { status, reason, message };
  }
  return hasConflict
    ? { status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
    : { status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' };
}

function terminating({ metadata }: Definition): Finding | undefined {
  if (!metadata.deletionTimestamp) return undefined;
  if (metadata.finalizers?.includes(cleanupFinalizer)) {
    const message = 'CustomResource deletion is in progress';
    return { status: 'True', reason: 'InstanceDeletionInProgress', message };
  }
  return { status: 'False', reason: 'InstanceDeletionCompleted', message: 'removed all instances' };
}

/** Validation refuses such schemas: this is for definitions that came into the store another way. */
function nonStructural({ spec }: Definition): Finding | undefined {
  const errors = spec.versions.flatMap(({ schema }, index) =>
    schema?.openAPIV3Schema
      ? structuralSchemaErrors(schema.openAPIV3Schema, `spec.versions[${index}].schema.openAPIV3Schema`)
      : [],
  );
  if (errors.length === 0) return undefined;
  const message = errors.map((error) => `${error.field}: ${error.message}`).join(', ');
  return { status: 'True', reason: 'Violations', message };
}

const approvalFindings = {
  missing: { status: 'False', reason: 'MissingAnnotation' },
  invalid: { status: 'False', reason: 'InvalidAnnotation' },
  bypassed: { status: 'False', reason: 'UnapprovedAnnotation' },
  approved: { status: 'True', reason: 'ApprovedAnnotation' },
};

function approval({ metadata, spec }: Definition): Finding | undefined {
  if (!isProtectedGroup(spec.group)) return undefined;
  const { state, reason } = approvalOf(metadata.annotations);
  return { ...approvalFindings[state], message: reason };
}

/** Every version that objects may have been stored in; people shorten the list when they have rewritten them all. */
function storedVersions({ spec, status }: Definition): string[] {
  const before = status?.storedVersions ?? [];
  const storage = spec.versions.find((version) => version.storage)?.name;
  return storage === undefined || before.includes(storage) ? before : [...before, storage];
}

function withFindings(
  before: readonly V1CustomResourceDefinitionCondition[],
  findings: Record<ConditionType, Finding | undefined>,
  now: string,
): V1CustomResourceDefinitionCondition[] {
  const known = before.filter(({ type }) => !(type in findings) || findings[type as ConditionType]);
  for (const [type, finding] of Object.entries(findings)) {
    if (!finding) continue;
    const index = known.findIndex((condition) => condition.type === type);
    const old = known[index];
    const since = old?.status === finding.status ? (old.lastTransitionTime ?? now) : now;
    const condition = { type, ...finding, lastTransitionTime: since };
    if (index < 0) known.push(condition);
    else known[index] = condition;
  }
  return known;
}
