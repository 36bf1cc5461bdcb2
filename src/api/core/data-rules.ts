// Validation of ConfigMaps and Secrets: keys, the size of all values together, immutability.

import { deepEqual } from '../../base/deep-equal.ts';
import { type FieldError, forbidden, invalid, required, tooLong } from '../field-error.ts';
import type { V1ConfigMap, V1Secret } from '../generated/types.ts';
import { configKeyProblems } from '../names.ts';
import { byteLength } from '../object-meta.ts';

const maxBytes = 1024 * 1024;
const redacted = '<secret contents redacted>';
const immutableText = 'field is immutable when `immutable` is set';

function keyErrors(map: Record<string, string> | undefined, path: string, errors: FieldError[]): void {
  for (const key in map) {
    for (const problem of configKeyProblems(key)) errors.push(invalid(`${path}[${key}]`, key, problem));
  }
}

/** The bytes that base64 text stands for. */
function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor((base64.length * 3) / 4) - padding;
}

function total(map: Record<string, string> | undefined, length: (value: string) => number): number {
  let bytes = 0;
  for (const key in map) bytes += length(map[key] ?? '');
  return bytes;
}

export function configMapErrors({ data, binaryData }: V1ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  keyErrors(data, 'data', errors);
  keyErrors(binaryData, 'binaryData', errors);
  for (const key in binaryData) {
    if (data && Object.hasOwn(data, key)) {
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
  }
  const bytes = total(data, byteLength) + total(binaryData, decodedLength);
  if (bytes > maxBytes) errors.push(tooLong('', maxBytes));
  return errors;
}

/** What every type of Secret must contain; in Kubernetes' words, whatever it is for. */
const requiredKeys: Record<string, string[]> = {
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
};

export function secretErrors({ data, type = '', metadata }: V1Secret): FieldError[] {
  const errors: FieldError[] = [];
  keyErrors(data, 'data', errors);
  if (total(data, decodedLength) > maxBytes) errors.push(tooLong('data', maxBytes));
  for (const key of requiredKeys[type] ?? []) {
    const value = data?.[key];
    if (value === undefined) errors.push(required(`data[${key}]`));
    else if (key.startsWith('.docker')) jsonErrors(value, `data[${key}]`, errors);
  }
  if (type === 'kubernetes.io/basic-auth' && data?.username === undefined && data?.password === undefined) {
    errors.push(required('data[username]'), required('data[password]'));
  }
  const account = 'kubernetes.io/service-account.name';
  if (type === 'kubernetes.io/service-account-token' && !metadata.annotations?.[account]) {
    errors.push(required(`metadata.annotations[${account}]`));
  }
  return errors;
}

function jsonErrors(base64: string, field: string, errors: FieldError[]): void {
  try {
    JSON.parse(atob(base64));
  } catch (error) {
    // The parser's own text could quote the secret.
    const text = error instanceof SyntaxError ? 'must be valid JSON' : 'must be valid base64';
    errors.push(invalid(field, redacted, text));
  }
}

export function configMapChangeErrors(next: V1ConfigMap, old: V1ConfigMap): FieldError[] {
  return immutableErrors(next, old, ['data', 'binaryData']);
}

export function secretChangeErrors(next: V1Secret, old: V1Secret): FieldError[] {
  const errors = immutableErrors(next, old, ['data']);
  if (next.type !== old.type) errors.unshift(invalid('type', next.type, 'field is immutable'));
  return errors;
}

function immutableErrors<T extends V1ConfigMap | V1Secret>(
  next: T,
  old: T,
  fields: (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const errors: FieldError[] = [];
  if (!next.immutable) errors.push(forbidden('immutable', immutableText));
  for (const field of fields) {
    if (!deepEqual(next[field] ?? {}, old[field] ?? {})) errors.push(forbidden(field, immutableText));
  }
  return errors;
}
