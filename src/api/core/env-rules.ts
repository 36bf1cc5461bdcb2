// Validation of environment variables and where their values come from.

import { type FieldError, invalid, notSupported } from '../field-error.ts';
import { checkName, checkPresent, checkRequiredName } from '../field-rules.ts';
import type {
  V1EnvFromSource,
  V1EnvVar,
  V1EnvVarSource,
  V1ObjectFieldSelector,
  V1ResourceFieldSelector,
} from '../generated/types.ts';
import { labelKeyErrors } from '../label-syntax.ts';
import { configKeyProblems, envNameProblems } from '../names.ts';
import { parseQuantity } from '../quantity.ts';

const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef'] as const;

/** The pod fields that an environment variable can show. */
const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** The pod fields that a file of a downward API volume can show. */
export const volumeFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
const knownFields = new Set([
  ...envFields,
  ...volumeFields,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const resources = ['cpu', 'ephemeral-storage', 'memory'];
const resourceFields = [
  ...resources.map((name) => `limits.${name}`),
  ...resources.map((name) => `requests.${name}`),
];
const divisors: Record<string, string[]> = {
  cpu: ['1m', '1'],
  memory: ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'],
};

export function envErrors(variables: V1EnvVar[], path: string, errors: FieldError[]): void {
  for (const [index, { name, value, valueFrom }] of variables.entries()) {
    checkRequiredName(envNameProblems, name, `${path}[${index}].name`, errors);
    if (valueFrom) valueFromErrors(valueFrom, value ?? '', `${path}[${index}].valueFrom`, errors);
  }
}

function valueFromErrors(from: V1EnvVarSource, value: string, path: string, errors: FieldError[]): void {
  const given = sources.filter((source) => from[source] !== undefined);
  if (given.length === 0) {
    const choices =
      'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`';
    errors.push(invalid(path, '', choices));
  } else if (value !== '') {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (given.length > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
  if (from.fieldRef) fieldRefErrors(from.fieldRef, envFields, `${path}.fieldRef`, errors);
  if (from.resourceFieldRef) resourceFieldErrors(from.resourceFieldRef, `${path}.resourceFieldRef`, errors);
  for (const source of ['configMapKeyRef', 'secretKeyRef'] as const) {
    const ref = from[source];
    if (!ref) continue;
    checkPresent(ref.name, `${path}.${source}.name`, errors);
    checkRequiredName(configKeyProblems, ref.key, `${path}.${source}.key`, errors);
  }
}

/** `metadata.labels['x']` → the map and the key. */
const subscript = /^(metadata\.(?:labels|annotations))\['(.*)'\]$/;

export function fieldRefErrors(
  { fieldPath }: V1ObjectFieldSelector,
  supported: readonly string[],
  path: string,
  errors: FieldError[],
): void {
  const at = `${path}.fieldPath`;
  if (!checkPresent(fieldPath, at, errors)) return;
  const [, map, key = ''] = subscript.exec(fieldPath) ?? [];
  if (map) {
    const name = map === 'metadata.annotations' ? key.toLowerCase() : key;
    for (const problem of labelKeyErrors(name)) errors.push(invalid(at, fieldPath, problem));
  } else if (!knownFields.has(fieldPath)) {
    errors.push(
      invalid(at, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`),
    );
  } else if (!supported.includes(fieldPath)) errors.push(notSupported(at, fieldPath, supported));
}

export function resourceFieldErrors(
  { resource, divisor = '0' }: V1ResourceFieldSelector,
  path: string,
  errors: FieldError[],
): void {
  if (!checkPresent(resource, `${path}.resource`, errors)) return;
  if (!resourceFields.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) {
    errors.push(notSupported(`${path}.resource`, resource, resourceFields));
    return;
  }
  const kind = resource.endsWith('.cpu') ? 'cpu' : 'memory';
  const name = resource.slice(resource.indexOf('.') + 1);
  const allowed = divisors[kind] ?? [];
  if (parseQuantity(divisor).nanos === 0n || allowed.includes(divisor)) return;
  const listed = kind === 'cpu' ? allowed.join(' and ') : allowed.join(', ');
  errors.push(
    invalid(
      `${path}.divisor`,
      divisor,
      `only divisor's values ${listed} are supported with the ${name} resource`,
    ),
  );
}

export function envFromErrors(list: V1EnvFromSource[], path: string, errors: FieldError[]): void {
  for (const [index, { prefix, configMapRef, secretRef }] of list.entries()) {
    const at = `${path}[${index}]`;
    if (prefix) checkName(envNameProblems, prefix, `${at}.prefix`, errors);
    if (configMapRef) checkPresent(configMapRef.name, `${at}.configMapRef.name`, errors);
    if (secretRef) checkPresent(secretRef.name, `${at}.secretRef.name`, errors);
    // Kubernetes names the list, not the entry.
    if (!configMapRef && !secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
  }
}
