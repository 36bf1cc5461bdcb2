// Validation of a pod's spec, for pods and for the templates of the kinds that make them.

import { type FieldError, forbidden, invalid, notSupported } from '../field-error.ts';
import { checkName, checkOneOf, checkOptionalOneOf, checkRange } from '../field-rules.ts';
import type { V1PodSpec, V1PodTemplateSpec } from '../generated/types.ts';
import { labelKeyErrors } from '../label-syntax.ts';
import { dnsLabelProblems, dnsSubdomainProblems } from '../names.ts';
import { annotationErrors, labelErrors } from '../object-meta.ts';
import { affinityErrors } from './affinity-rules.ts';
import { containersErrors } from './container-rules.ts';
import { dnsErrors, hostAliasErrors } from './dns-rules.ts';
import { gatesErrors, spreadErrors, tolerationsErrors } from './scheduling-rules.ts';
import { podSecurityErrors } from './security-rules.ts';
import { volumesErrors } from './volume-rules.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];
const maxInt32 = 2_147_483_647;

/** Adds every problem of the spec at `path` (`spec`, `spec.template.spec`). Defaults are set already. */
export function podSpecErrors(spec: V1PodSpec, path: string, errors: FieldError[]): void {
  const volumes = volumesErrors(spec.volumes, `${path}.volumes`, errors);
  containersErrors(spec, volumes, path, errors);
  checkOneOf(spec.restartPolicy, restartPolicies, `${path}.restartPolicy`, errors);
  dnsErrors(spec, path, errors);
  labelErrors(spec.nodeSelector, `${path}.nodeSelector`, errors);
  podSecurityErrors(spec.securityContext, `${path}.securityContext`, errors);
  affinityErrors(spec.affinity, `${path}.affinity`, errors);
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    checkName(labelKeyErrors, conditionType, `${path}.readinessGates[${index}].conditionType`, errors);
  }
  spreadErrors(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, errors);
  nameErrors(spec, path, errors);
  checkRange(spec.activeDeadlineSeconds, 1, maxInt32, `${path}.activeDeadlineSeconds`, errors);
  tolerationsErrors(spec.tolerations, `${path}.tolerations`, errors);
  hostAliasErrors(spec.hostAliases, `${path}.hostAliases`, errors);
  const preemptions = ['PreemptLowerPriority', 'Never'];
  checkOptionalOneOf(spec.preemptionPolicy, preemptions, `${path}.preemptionPolicy`, errors);
  checkOptionalOneOf(spec.os?.name, ['linux', 'windows'], `${path}.os.name`, errors);
  gatesErrors(spec, path, errors);
  if (spec.shareProcessNamespace && spec.hostPID) {
    const text = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${path}.shareProcessNamespace`, true, text));
  }
}

function nameErrors(spec: V1PodSpec, path: string, errors: FieldError[]): void {
  for (const field of ['serviceAccountName', 'nodeName', 'priorityClassName', 'runtimeClassName'] as const) {
    if (spec[field]) checkName(dnsSubdomainProblems, spec[field], `${path}.${field}`, errors);
  }
  for (const field of ['hostname', 'subdomain'] as const) {
    if (spec[field]) checkName(dnsLabelProblems, spec[field], `${path}.${field}`, errors);
  }
}

/** Adds every problem of a template whose pods are to run for ever (`Deployment`, `ReplicaSet`). */
export function podTemplateErrors(
  template: V1PodTemplateSpec,
  path: string,
  owner: 'Deployment' | 'ReplicaSet',
  errors: FieldError[],
): void {
  labelErrors(template.metadata?.labels, `${path}.labels`, errors);
  annotationErrors(template.metadata?.annotations, `${path}.annotations`, errors);
  const spec = template.spec ?? { containers: [] };
  const at = `${path}.spec`;
  podSpecErrors(spec, at, errors);
  if (spec.restartPolicy && spec.restartPolicy !== 'Always') {
    errors.push(notSupported(`${at}.restartPolicy`, spec.restartPolicy, ['Always']));
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const text = `activeDeadlineSeconds in ${owner} is not Supported`;
    errors.push(forbidden(`${at}.activeDeadlineSeconds`, text));
  }
  if (spec.ephemeralContainers?.length) {
    errors.push(forbidden(`${at}.ephemeralContainers`, 'ephemeral containers not allowed in pod template'));
  }
}
