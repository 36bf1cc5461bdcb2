// create, update and patch: each is one decision of the store, made on the newest accepted state of the object.

import type { AnyObject } from '../../api/object.ts';
import { updateManagedFields } from '../../api/patch/managed-fields.ts';
import { definition } from '../../api/schema/definitions.ts';
import { alreadyExists, notFoundError } from '../../api/status.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Decision, Store, Stored } from '../../store/store.ts';
import { fromStorage } from '../conversion.ts';
import { storageKey } from '../scheme.ts';
import { schemaOf } from './decode.ts';
import { editable, type Preparation } from './preparation.ts';
import type { WriteContext } from './request-context.ts';

/** The outcome of a write. `stored` is absent for a dry run, which stores nothing. */
export interface Written {
  object: AnyObject;
  stored: Stored | undefined;
  created: boolean;
}

/** From the object as it is now (private copy, version of the request) to the one wanted. May throw a StatusError. */
export type Change = (live: AnyObject) => AnyObject;

const generateNameTries = 8;

export class Writer {
  readonly #store: Store;
  readonly #preparation: Preparation;

  constructor(store: Store, preparation: Preparation) {
    this.#store = store;
    this.#preparation = preparation;
  }

  /** Stores a new object. A generated name that is taken is drawn again. `ownFields` false: the object carries its managedFields. */
  async create(context: WriteContext, decoded: AnyObject, ownFields = true): Promise<Written> {
    const generated = !decoded.metadata.name && Boolean(decoded.metadata.generateName);
    for (let tries = 1; ; tries++) {
      const attempt = generated ? jsonClone(decoded) : decoded;
      const object = this.#preparation.create(context, attempt);
      if (ownFields) this.#ownFields(context, undefined, object);
      else if (object.metadata.managedFields?.length === 0) delete object.metadata.managedFields;
      const written = await this.#insert(context, object);
      if (written) return written;
      if (!generated || tries === generateNameTries)
        throw alreadyExists(context.kind.resourceName, object.metadata.name);
    }
  }

  /** Replaces an object that exists. */
  async update(context: WriteContext, decoded: AnyObject): Promise<Written> {
    return this.change(context, () => decoded);
  }

  /**
   * Changes an object that exists by a function of its newest state; 404 when there is none.
   * `ownFields` false: the change has dealt with managedFields itself (server-side apply).
   */
  async change(context: WriteContext, change: Change, ownFields = true): Promise<Written> {
    const { kind, namespace, name, options } = context;
    let object: AnyObject | undefined;
    const decide = (current: Stored | undefined): Decision => {
      if (!current) throw notFoundError(kind.resourceName, name);
      object = this.#changed(context, current.value, change, ownFields);
      if (options.dryRun || object === current.value) return { op: 'none' };
      if (isFinished(object)) return { op: 'delete', value: object };
      return { op: 'put', value: object };
    };
    const { stored } = await this.#store.write(storageKey(kind, namespace, name), decide);
    const result = object as unknown as AnyObject;
    return {
      object: result,
      stored: options.dryRun || isFinished(result) ? undefined : stored,
      created: false,
    };
  }

  #changed(context: WriteContext, current: AnyObject, change: Change, ownFields: boolean): AnyObject {
    const old = fromStorage(context.kind.storage, current);
    const live = editable(context.kind, current);
    const next = this.#preparation.update(context, change(live), old);
    if (ownFields) this.#ownFields(context, old, next);
    return deepEqual(next, current) ? current : next;
  }

  /** undefined when the name is taken. */
  async #insert(context: WriteContext, object: AnyObject): Promise<Written | undefined> {
    const { kind, namespace, options } = context;
    let taken = false;
    const key = storageKey(kind, namespace, object.metadata.name);
    const { stored } = await this.#store.write(key, (current) => {
      taken = current !== undefined;
      if (current?.value.metadata.deletionTimestamp && !object.metadata.generateName)
        throw beingDeleted(context, object);
      return taken || options.dryRun ? { op: 'none' } : { op: 'put', value: object };
    });
    if (taken) return undefined;
    return { object, stored: options.dryRun ? undefined : stored, created: true };
  }

  /** Field ownership of a plain write (server-side apply keeps its own). */
  #ownFields(context: WriteContext, old: AnyObject | undefined, next: AnyObject): void {
    const storage = context.kind.storage;
    const managedFields = updateManagedFields(old, next, {
      manager: context.manager,
      operation: 'Update',
      apiVersion: storage.apiVersion,
      subresource: context.subresource || undefined,
      now: this.#preparation.now(),
      schema: schemaOf(storage),
      resolveRef: definition,
    });
    if (managedFields) next.metadata.managedFields = managedFields;
    else delete next.metadata.managedFields;
  }
}

/** Marked for deletion, and nothing holds it any longer. */
function isFinished(object: AnyObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false;
  if (object.kind === 'Namespace' && (object.spec?.finalizers?.length ?? 0) > 0) return false;
  return (deletionGracePeriodSeconds ?? 0) === 0;
}

function beingDeleted({ kind }: WriteContext, object: AnyObject): Error {
  const { name } = object.metadata;
  const error = alreadyExists(kind.resourceName, name);
  error.status.message = `object is being deleted: ${error.message}`;
  error.message = error.status.message;
  return error;
}
