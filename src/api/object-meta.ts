// Validation of metadata: names, labels, annotations, owners, finalizers, and what an update may not change.

import { type FieldError, forbidden, invalid, required, tooLong } from './field-error.ts';
import type { Kind } from './kind.ts';
import { labelKeyErrors, labelValueErrors } from './label-syntax.ts';
import { dnsLabelProblems, dnsSubdomainProblems, prefixRule } from './names.ts';
import {
  type AnyObject,
  type KubeObject,
  type ObjectMeta,
  type OwnerReference,
  parseApiVersion,
} from './object.ts';

const maxAnnotationBytes = 256 * 1024;
/** Kubernetes' own finalizers have no domain. */
const bareFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

/** Every problem of the metadata of an object that is to be stored. Whether there is a name at all is checked by the caller. */
export function validateMeta(kind: Kind, object: KubeObject): FieldError[] {
  const { metadata } = object;
  const errors: FieldError[] = [];
  nameErrors(kind, metadata, errors);
  if (kind.namespaced) namespaceErrors(metadata.namespace ?? '', errors);
  labelErrors(metadata.labels, 'metadata.labels', errors);
  annotationErrors(metadata.annotations, 'metadata.annotations', errors);
  ownerErrors(metadata.ownerReferences, errors);
  finalizerErrors(metadata.finalizers, errors);
  return errors;
}

function nameErrors(kind: Kind, { name, generateName }: ObjectMeta, errors: FieldError[]): void {
  const rule = kind.nameRule ?? dnsSubdomainProblems;
  if (generateName) {
    for (const problem of prefixRule(rule)(generateName)) {
      errors.push(invalid('metadata.generateName', generateName, problem));
    }
  }
  if (!name) return;
  for (const problem of rule(name)) errors.push(invalid('metadata.name', name, problem));
}

function namespaceErrors(namespace: string, errors: FieldError[]): void {
  if (namespace === '') errors.push(required('metadata.namespace'));
  else
    for (const problem of dnsLabelProblems(namespace))
      errors.push(invalid('metadata.namespace', namespace, problem));
}

/** Labels of an object or of a template at `path`. */
export function labelErrors(
  labels: Record<string, string> | undefined,
  path: string,
  errors: FieldError[],
): void {
  for (const key in labels) {
    const value = labels[key] ?? '';
    for (const problem of labelKeyErrors(key)) errors.push(invalid(path, key, problem));
    for (const problem of labelValueErrors(value)) errors.push(invalid(path, value, problem));
  }
}

/** Keys as for labels, but in any case; all of them together are limited in size. */
export function annotationErrors(
  annotations: Record<string, string> | undefined,
  path: string,
  errors: FieldError[],
): void {
  let bytes = 0;
  for (const key in annotations) {
    for (const problem of labelKeyErrors(key.toLowerCase())) errors.push(invalid(path, key, problem));
    bytes += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (bytes > maxAnnotationBytes) errors.push(tooLong(path, maxAnnotationBytes));
}

/** In UTF-8; a lone surrogate counts as the replacement character it becomes. */
export function byteLength(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Both halves of a pair add one: two units, four bytes.
    bytes += code < 0x800 || isPairAt(text, i) ? 1 : 2;
    if (isPairAt(text, i)) {
      bytes++;
      i++;
    }
  }
  return bytes;
}

function isPairAt(text: string, index: number): boolean {
  return (text.codePointAt(index) ?? 0) > 0xffff;
}

function ownerErrors(owners: OwnerReference[] | undefined, errors: FieldError[]): void {
  const path = 'metadata.ownerReferences';
  let controller: OwnerReference | undefined;
  for (const [index, owner] of (owners ?? []).entries()) {
    ownerFieldErrors(owner, `${path}[${index}]`, errors);
    if (!owner.controller) continue;
    if (controller) {
      errors.push(
        invalid(
          path,
          owners,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller.kind}/${controller.name} and ${owner.kind}/${owner.name}`,
        ),
      );
    }
    controller ??= owner;
  }
}

function ownerFieldErrors(owner: OwnerReference, path: string, errors: FieldError[]): void {
  const version = parseApiVersion(owner.apiVersion ?? '');
  if (!version)
    errors.push(invalid(`${path}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty'));
  if (!owner.kind) errors.push(invalid(`${path}.kind`, '', 'must not be empty'));
  if (!owner.name) errors.push(invalid(`${path}.name`, '', 'must not be empty'));
  if (!owner.uid) errors.push(invalid(`${path}.uid`, '', 'must not be empty'));
  if (version?.group === '' && owner.kind === 'Event') {
    errors.push(invalid(path, owner, 'v1, Kind=Event is disallowed from being an owner'));
  }
}

function finalizerErrors(finalizers: string[] | undefined, errors: FieldError[]): void {
  for (const [index, finalizer] of (finalizers ?? []).entries()) {
    const path = `metadata.finalizers[${index}]`;
    for (const problem of labelKeyErrors(finalizer))
      errors.push(invalid('metadata.finalizers', finalizer, problem));
    if (!finalizer.includes('/') && !bareFinalizers.has(finalizer)) {
      errors.push(
        invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified'),
      );
    }
  }
}

/** What an update may not change, and everything validateMeta() checks. */
export function validateMetaUpdate(kind: Kind, object: AnyObject, old: AnyObject): FieldError[] {
  const next = object.metadata;
  const before = old.metadata;
  const errors: FieldError[] = [];
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    if (next[field] !== before[field])
      errors.push(invalid(`metadata.${field}`, next[field], 'field is immutable'));
  }
  if (next.deletionGracePeriodSeconds !== before.deletionGracePeriodSeconds) {
    errors.push(
      invalid('metadata.deletionGracePeriodSeconds', next.deletionGracePeriodSeconds, 'field is immutable'),
    );
  }
  if ((next.generation ?? 0) < (before.generation ?? 0)) {
    errors.push(invalid('metadata.generation', next.generation, 'must not be decremented'));
  }
  if (before.deletionTimestamp) newFinalizerErrors(next.finalizers, before.finalizers, errors);
  return [...errors, ...validateMeta(kind, object)];
}

/** While an object goes, finalizers may only leave. */
function newFinalizerErrors(
  next: string[] | undefined,
  before: string[] | undefined,
  errors: FieldError[],
): void {
  const added = (next ?? []).filter((finalizer) => !before?.includes(finalizer));
  if (added.length === 0) return;
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  errors.push(
    forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
    ),
  );
}
