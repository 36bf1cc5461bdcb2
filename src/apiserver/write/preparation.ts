// The steps from a decoded object to one that may be stored: what the server owns, defaults, admission, validation. All synchronous,
// so that they run inside the store's decision with the newest state.

import { randomInt, randomUUID } from 'node:crypto';
import { type FieldError, required } from '../../api/field-error.ts';
import type { AnyObject } from '../../api/object.ts';
import { validateMeta, validateMetaUpdate } from '../../api/object-meta.ts';
import { applySchemaDefaults } from '../../api/schema/default-values.ts';
import { validateStructure } from '../../api/schema/structural.ts';
import { badRequest, conflict, invalidObject, objectModified } from '../../api/status.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { AdmissionChain, AdmissionRequest } from '../admission/admission.ts';
import { fromStorage, toStorage } from '../conversion.ts';
import type { ServedKind } from '../scheme.ts';
import { schemaOf } from './decode.ts';
import type { WriteContext } from './request-context.ts';

/** Without vowels and look-alikes, as Kubernetes generates names. */
const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789';
const generatedSuffixLength = 5;
const maxGeneratedBase = 58;

export function generatedName(base: string): string {
  let suffix = '';
  for (let i = 0; i < generatedSuffixLength; i++) suffix += nameAlphabet[randomInt(nameAlphabet.length)];
  return base.slice(0, maxGeneratedBase) + suffix;
}

export class Preparation {
  readonly #admission: AdmissionChain;
  readonly #clock: Clock;

  constructor(admission: AdmissionChain, clock: Clock) {
    this.#admission = admission;
    this.#clock = clock;
  }

  /** Wall-clock milliseconds. */
  now(): number {
    return this.#clock.now();
  }

  /** Makes a decoded object ready to be created. Returns it in the stored version. */
  create(context: WriteContext, decoded: AnyObject): AnyObject {
    const { kind } = context;
    this.#checkPlace(context, decoded);
    if (decoded.metadata.resourceVersion) {
      throw badRequest('resourceVersion should not be set on objects to be created');
    }
    const object = this.#defaulted(kind, decoded);
    this.#ownMetadata(kind.storage, object);
    kind.storage.prepareCreate?.(object);
    fillStoredDefaults(kind.storage, object);
    const request = this.#admissionRequest(context, 'create', object, undefined);
    this.#admission.mutate(request);
    this.#refuseInvalid(context, object, [
      ...validateMeta(kind.storage, object),
      ...structuralErrors(kind, object),
      ...(kind.storage.validate?.(object) ?? []),
    ]);
    this.#admission.validate(request);
    context.warnings.add(...(kind.storage.warnings?.(object) ?? []));
    return object;
  }

  /**
   * Makes a decoded object ready to replace `old` (stored version). Returns `old` itself when nothing changes.
   * The caller has dealt with managedFields of `decoded`.
   */
  update(context: WriteContext, decoded: AnyObject, old: AnyObject): AnyObject {
    const { kind } = context;
    this.#checkPlace(context, decoded);
    checkPreconditions(context, decoded, old);
    const object = this.#defaulted(kind, decoded);
    keepServerMetadata(object, old);
    if (context.subresource === 'status') keepAllButStatus(object, old);
    else {
      this.#keepStatus(kind.storage, object, old);
      fillStoredDefaults(kind.storage, object);
    }
    const request = this.#admissionRequest(context, 'update', object, old);
    this.#admission.mutate(request);
    bumpGeneration(kind.storage, object, old);
    this.#refuseInvalid(context, object, this.#updateErrors(context, object, old));
    this.#admission.validate(request);
    if (context.subresource === '') context.warnings.add(...(kind.storage.warnings?.(object, old) ?? []));
    return object;
  }

  /** Admission of a deletion. */
  delete(context: WriteContext, old: AnyObject): void {
    const request = this.#admissionRequest(context, 'delete', undefined, old);
    this.#admission.mutate(request);
    this.#admission.validate(request);
  }

  /** Admission of what a subresource is sent and never stored: a binding, an eviction, the request for a token. */
  subresource(context: WriteContext, body: AnyObject): void {
    const request = this.#admissionRequest(context, 'create', body, undefined);
    this.#admission.mutate(request);
    this.#admission.validate(request);
  }

  #updateErrors(context: WriteContext, object: AnyObject, old: AnyObject): FieldError[] {
    const kind = context.kind.storage;
    const errors = [...validateMetaUpdate(kind, object, old), ...structuralErrors(context.kind, object)];
    if (context.subresource === 'status')
      return [...errors, ...(kind.validateStatusUpdate?.(object, old) ?? [])];
    return [...errors, ...(kind.validate?.(object) ?? []), ...(kind.validateUpdate?.(object, old) ?? [])];
  }

  /** Defaults of the served version, then the stored version. */
  #defaulted(kind: ServedKind, decoded: AnyObject): AnyObject {
    if (kind.storage === kind && !kind.custom) return decoded;
    fillDefaults(kind, decoded);
    return toStorage(kind, decoded);
  }

  #checkPlace({ kind, namespace, name }: WriteContext, object: AnyObject): void {
    const { metadata } = object;
    if (kind.namespaced) {
      metadata.namespace ||= namespace;
      if (metadata.namespace !== namespace) {
        throw badRequest(
          'the namespace of the provided object does not match the namespace sent on the request',
        );
      }
    } else if (metadata.namespace) {
      throw badRequest('namespace may not be set on a cluster-scoped object');
    }
    if (name !== '' && metadata.name && metadata.name !== name) {
      throw badRequest(
        `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
      );
    }
    if (name !== '') metadata.name = name;
  }

  #ownMetadata(kind: ServedKind, object: AnyObject): void {
    const { metadata } = object;
    if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName);
    metadata.uid = randomUUID();
    metadata.creationTimestamp = timestamp(this.now());
    metadata.resourceVersion = '';
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
    delete metadata.selfLink;
    if (hasGeneration(kind)) metadata.generation = 1;
    else delete metadata.generation;
    if (kind.custom && kind.subresources.status) delete object.status;
  }

  #keepStatus(kind: ServedKind, object: AnyObject, old: AnyObject): void {
    if (kind.subresources.status) {
      if (old.status === undefined) delete object.status;
      else object.status = old.status;
    }
    kind.prepareUpdate?.(object, old);
  }

  #refuseInvalid({ kind }: WriteContext, object: AnyObject, errors: FieldError[]): void {
    if (!object.metadata.name) {
      errors.unshift(required('metadata.name', 'name or generateName is required'));
    }
    if (errors.length > 0) throw invalidObject(kind, object.metadata.name ?? '', withoutRepeats(errors));
  }

  #admissionRequest(
    { kind, subresource, namespace, name, user, options, warnings }: WriteContext,
    operation: AdmissionRequest['operation'],
    object: AnyObject | undefined,
    old: AnyObject | undefined,
  ): AdmissionRequest {
    const named = name || (object ?? old)?.metadata.name || '';
    return {
      operation,
      kind: kind.storage,
      subresource,
      namespace,
      name: named,
      object,
      old,
      user,
      dryRun: options.dryRun,
      warnings,
    };
  }
}

function fillDefaults(kind: ServedKind, object: AnyObject): void {
  applySchemaDefaults(schemaOf(kind), object);
  kind.defaults?.(object);
}

/** Of custom kinds only what was sent gets defaults, by the version it was sent in: what is kept is shared, and gets them when it is read. */
function fillStoredDefaults(kind: ServedKind, object: AnyObject): void {
  if (!kind.custom) fillDefaults(kind, object);
}

/** Schemas of custom kinds are checked here; built-in kinds were checked when they were decoded, their meaning by `validate`. */
function structuralErrors(kind: ServedKind, object: AnyObject): FieldError[] {
  return kind.custom ? validateStructure(schemaOf(kind), object) : [];
}

function withoutRepeats(errors: FieldError[]): FieldError[] {
  const seen = new Set<string>();
  return errors.filter(({ field, message }) => {
    const text = `${field} ${message}`;
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

function checkPreconditions({ kind, name }: WriteContext, object: AnyObject, old: AnyObject): void {
  const { resourceVersion, uid } = object.metadata;
  if (uid && uid !== old.metadata.uid) {
    const detail = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    throw conflict(kind.resourceName, name, detail);
  }
  if (resourceVersion && resourceVersion !== '0' && resourceVersion !== old.metadata.resourceVersion) {
    throw conflict(kind.resourceName, name, objectModified);
  }
}

function keepServerMetadata(object: AnyObject, old: AnyObject): void {
  const next = object.metadata;
  const { metadata } = old;
  next.uid = metadata.uid;
  next.creationTimestamp = metadata.creationTimestamp;
  next.resourceVersion = metadata.resourceVersion;
  keepOrDrop(next, metadata, 'generateName');
  keepOrDrop(next, metadata, 'generation');
  keepOrDrop(next, metadata, 'deletionTimestamp');
  keepOrDrop(next, metadata, 'deletionGracePeriodSeconds');
  delete next.selfLink;
}

function keepOrDrop<K extends keyof AnyObject['metadata']>(
  next: AnyObject['metadata'],
  old: AnyObject['metadata'],
  key: K,
): void {
  if (old[key] === undefined) delete next[key];
  else next[key] = old[key];
}

/** The status subresource changes nothing else: the object becomes the old one with the new status. */
function keepAllButStatus(object: AnyObject, old: AnyObject): void {
  const { status } = object;
  const { managedFields } = object.metadata;
  for (const key of Object.keys(object)) if (!(key in old)) delete object[key];
  Object.assign(object, old, { metadata: { ...old.metadata } });
  if (managedFields) object.metadata.managedFields = managedFields;
  if (status === undefined) delete object.status;
  else object.status = status;
}

function hasGeneration(kind: ServedKind): boolean {
  return kind.generation ?? kind.custom;
}

/** Generation counts changes of everything but metadata and (where it is a subresource) status. */
function bumpGeneration(kind: ServedKind, object: AnyObject, old: AnyObject): void {
  if (!hasGeneration(kind)) return;
  const statusCounts = kind.custom && !kind.subresources.status;
  for (const key of new Set([...Object.keys(object), ...Object.keys(old)])) {
    if (key === 'metadata' || (key === 'status' && !statusCounts)) continue;
    if (object[key] === old[key] || deepEqual(object[key], old[key])) continue;
    object.metadata.generation = (old.metadata.generation ?? 0) + 1;
    return;
  }
}

/** The current object in the version of the request, private to the caller. */
export function editable(kind: ServedKind, stored: AnyObject): AnyObject {
  return jsonClone(fromStorage(kind, stored));
}
