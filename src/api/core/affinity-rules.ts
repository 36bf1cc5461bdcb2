// Validation of node affinity and of affinity to other pods.

import { type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { checkName, checkPresent } from '../field-rules.ts';
import type {
  V1Affinity,
  V1NodeAffinity,
  V1NodeSelectorRequirement,
  V1NodeSelectorTerm,
  V1PodAffinity,
  V1PodAffinityTerm,
} from '../generated/types.ts';
import { selectorErrors } from '../label-selector-rules.ts';
import { labelKeyErrors, labelValueErrors } from '../label-syntax.ts';
import { dnsLabelProblems } from '../names.ts';

export function affinityErrors(affinity: V1Affinity | undefined, path: string, errors: FieldError[]): void {
  if (!affinity) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) nodeAffinityErrors(nodeAffinity, `${path}.nodeAffinity`, errors);
  if (podAffinity) podAffinityErrors(podAffinity, `${path}.podAffinity`, errors);
  if (podAntiAffinity) podAffinityErrors(podAntiAffinity, `${path}.podAntiAffinity`, errors);
}

function weightErrors(weight: number | undefined, path: string, errors: FieldError[]): void {
  if (weight === undefined || weight < 1 || weight > 100) {
    errors.push(invalid(`${path}.weight`, weight ?? 0, 'must be in the range 1-100'));
  }
}

function nodeAffinityErrors(affinity: V1NodeAffinity, path: string, errors: FieldError[]): void {
  const needed = affinity.requiredDuringSchedulingIgnoredDuringExecution;
  if (needed) {
    const at = `${path}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    checkPresent(needed.nodeSelectorTerms ?? [], at, errors, 'must have at least one node selector term');
    for (const [index, term] of (needed.nodeSelectorTerms ?? []).entries()) {
      nodeTermErrors(term, `${at}[${index}]`, errors);
    }
  }
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [index, { weight, preference }] of preferred.entries()) {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    weightErrors(weight, at, errors);
    nodeTermErrors(preference ?? {}, `${at}.preference`, errors);
  }
}

function nodeTermErrors(
  { matchExpressions, matchFields }: V1NodeSelectorTerm,
  path: string,
  errors: FieldError[],
): void {
  for (const [index, requirement] of (matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${index}]`;
    nodeRequirementErrors(requirement, at, errors);
    checkName(labelKeyErrors, requirement.key, `${at}.key`, errors);
    if (requirement.operator !== 'In' && requirement.operator !== 'NotIn') continue;
    for (const [position, value] of (requirement.values ?? []).entries()) {
      checkName(labelValueErrors, value, `${at}.values[${position}]`, errors);
    }
  }
  for (const [index, requirement] of (matchFields ?? []).entries()) {
    nodeFieldErrors(requirement, `${path}.matchFields[${index}]`, errors);
  }
}

function nodeRequirementErrors(
  { operator, values = [] }: V1NodeSelectorRequirement,
  path: string,
  errors: FieldError[],
): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      checkPresent(values, `${path}.values`, errors, "must be specified when `operator` is 'In' or 'NotIn'");
      break;
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbidden(`${path}.values`, text));
      }
      break;
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) {
        errors.push(
          required(`${path}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
        );
      }
      break;
    default:
      errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  }
}

/** Only a node's name can be asked for by field. */
function nodeFieldErrors(
  { key, operator, values = [] }: V1NodeSelectorRequirement,
  path: string,
  errors: FieldError[],
): void {
  if (operator !== 'In' && operator !== 'NotIn') {
    errors.push(invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  } else if (values.length !== 1) {
    const text = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${path}.values`, text));
  }
  if (key !== 'metadata.name') {
    errors.push(invalid(`${path}.key`, key ?? '', 'not a valid field selector key'));
  }
}

function podAffinityErrors(affinity: V1PodAffinity, path: string, errors: FieldError[]): void {
  const needed = affinity.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [index, term] of needed.entries()) {
    podTermErrors(term, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${index}]`, errors);
  }
  const preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  for (const [index, { weight, podAffinityTerm }] of preferred.entries()) {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${index}]`;
    weightErrors(weight, at, errors);
    podTermErrors(podAffinityTerm ?? { topologyKey: '' }, `${at}.podAffinityTerm`, errors);
  }
}

function podTermErrors(term: V1PodAffinityTerm, path: string, errors: FieldError[]): void {
  selectorErrors(term.labelSelector, `${path}.labelSelector`, errors);
  selectorErrors(term.namespaceSelector, `${path}.namespaceSelector`, errors);
  // Kubernetes names the field in the singular, without a position.
  for (const name of term.namespaces ?? []) checkName(dnsLabelProblems, name, `${path}.namespace`, errors);
  checkPresent(term.topologyKey, `${path}.topologyKey`, errors, 'can not be empty');
  checkName(labelKeyErrors, term.topologyKey, `${path}.topologyKey`, errors);
}
