// Keeps the scheme in step with the CustomResourceDefinitions in the store, and their status in step with the scheme. A definition's kinds
// are served when its creation is acknowledged, and its objects are gone before it is.

import {
  cleanupFinalizer,
  customResourceDefinition,
} from '../../api/apiextensions/custom-resource-definition.ts';
import type { V1CustomResourceDefinition as Definition } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Logger } from '../../base/logger.ts';
import type { Decision, Store, StoreEvent, Subscription } from '../../store/store.ts';
import type { Scheme } from '../scheme.ts';
import { customKinds } from './custom-kind.ts';
import { definitionStatus, hasNameConflict, isServable } from './definition-status.ts';
import { InstanceCleanup } from './instance-cleanup.ts';
import { type ClaimedNames, claimNames } from './naming.ts';

export interface CustomResourcesParts {
  store: Store;
  scheme: Scheme;
  clock: Clock;
  logger: Logger;
}

const definitionsPrefix = `${customResourceDefinition.plural}.${customResourceDefinition.group}/`;
/** How long after a refused write (a full disk) it is tried again. */
const retryMs = 1_000;

export class CustomResources {
  readonly #parts: CustomResourcesParts;
  /** With the status that they have been given, written or not. */
  readonly #known = new Map<string, Definition>();
  /** What the scheme has of each: names, spec and whether it takes new objects. */
  readonly #served = new Map<string, unknown>();
  readonly #cleanups = new Map<string, InstanceCleanup>();
  readonly #writing = new Set<Promise<void>>();
  readonly #retries = new Map<string, () => void>();
  #subscription: Subscription | undefined;
  #closed = false;

  constructor(parts: CustomResourcesParts) {
    this.#parts = parts;
  }

  /** When it returns, the kinds of all definitions in the store are served. */
  start(): void {
    const { store } = this.#parts;
    const { items, revision } = store.list(definitionsPrefix);
    // Names belong to who came first.
    const oldestFirst = items.toSorted((a, b) => a.createRevision - b.createRevision);
    for (const { value } of oldestFirst)
      this.#known.set(value.metadata.name, value as AnyObject as Definition);
    for (const { value } of oldestFirst) this.#settle(value.metadata.name);
    this.#subscription = store.watch(definitionsPrefix, revision, (events) => {
      for (const event of events) this.#follow(event);
    });
  }

  /** Waits for the status writes under way. The kinds stay served. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#subscription?.close();
    for (const cleanup of this.#cleanups.values()) cleanup.close();
    for (const cancel of this.#retries.values()) cancel();
    while (this.#writing.size > 0) await Promise.all(this.#writing);
  }

  #follow({ type, object }: StoreEvent): void {
    const definition = object.value as AnyObject as Definition;
    if (type === 'delete') this.#forget(definition);
    else {
      this.#known.set(definition.metadata.name, definition);
      this.#settle(definition.metadata.name);
    }
  }

  /** Decides on the definition's names, serves its kinds and writes its status where that changed. */
  #settle(name: string): void {
    const definition = this.#known.get(name);
    if (!definition) return;
    const status = this.#statusOf(definition);
    const settled = { ...definition, status };
    this.#known.set(name, settled);
    this.#serve(settled);
    if (!deepEqual(status, definition.status)) this.#write(name, (current) => this.#withStatus(current));
    if (!deepEqual(status.acceptedNames, definition.status?.acceptedNames)) this.#reconsider(definition);
    if (settled.metadata.deletionTimestamp) this.#cleanUp(settled);
  }

  #statusOf(definition: Definition): NonNullable<Definition['status']> {
    return definitionStatus(definition, this.#claimedByOthers(definition), this.#parts.clock.now());
  }

  #claimedByOthers({ metadata, spec }: Definition): ClaimedNames {
    const claimed: ClaimedNames = { resources: new Set(), kinds: new Set() };
    for (const kind of this.#parts.scheme.all()) {
      if (!kind.custom && kind.group === spec.group) claimNames(claimed, kind);
    }
    for (const other of this.#known.values()) {
      const isOther = other.spec.group === spec.group && other.metadata.name !== metadata.name;
      if (isOther && other.status?.acceptedNames) claimNames(claimed, other.status.acceptedNames);
    }
    return claimed;
  }

  /** Names were given or given up: others of the group may now get what they want. */
  #reconsider({ metadata, spec }: Definition): void {
    for (const [name, other] of [...this.#known]) {
      if (name === metadata.name || other.spec.group !== spec.group) continue;
      if (hasNameConflict(other)) this.#settle(name);
    }
  }

  #serve(definition: Definition): void {
    const { metadata, spec, status } = definition;
    const isLeaving = metadata.deletionTimestamp !== undefined;
    const wanted = isServable(definition) ? { spec, names: status?.acceptedNames, isLeaving } : undefined;
    if (deepEqual(wanted, this.#served.get(metadata.name))) return;
    const { served, storage } = wanted
      ? customKinds(definition, wanted.names)
      : { served: [], storage: undefined };
    this.#parts.scheme.setCustom(spec.group, spec.names.plural, served, storage);
    this.#served.set(metadata.name, wanted);
  }

  #cleanUp({ metadata, spec }: Definition): void {
    const { name } = metadata;
    if (this.#cleanups.has(name) || !metadata.finalizers?.includes(cleanupFinalizer)) return;
    const onEmpty = () => this.#write(name, (current) => this.#released(current));
    const prefix = `${spec.names.plural}.${spec.group}/`;
    this.#cleanups.set(name, new InstanceCleanup({ ...this.#parts, prefix, onEmpty }));
  }

  /** The definition is gone; what was made in its last moment goes too. */
  #forget(definition: Definition): void {
    const { metadata, spec } = definition;
    this.#known.delete(metadata.name);
    this.#served.delete(metadata.name);
    this.#parts.scheme.setCustom(spec.group, spec.names.plural, []);
    const cleanup = this.#cleanups.get(metadata.name);
    this.#cleanups.delete(metadata.name);
    cleanup?.sweep();
    cleanup?.close();
    this.#reconsider(definition);
  }

  #withStatus(definition: Definition): Decision {
    const status = this.#statusOf(definition);
    if (deepEqual(status, definition.status)) return { op: 'none' };
    const value = { ...definition, metadata: { ...definition.metadata }, status };
    return { op: 'put', value: value as AnyObject };
  }

  /** Without the finalizer of the cleanup; gone if nothing else holds it. */
  #released(definition: Definition): Decision {
    const finalizers = definition.metadata.finalizers?.filter((finalizer) => finalizer !== cleanupFinalizer);
    if (finalizers?.length === definition.metadata.finalizers?.length) return { op: 'none' };
    const metadata = { ...definition.metadata, finalizers };
    if (finalizers?.length === 0) delete metadata.finalizers;
    const released = { ...definition, metadata };
    const value = { ...released, status: this.#statusOf(released) } as AnyObject;
    return { op: metadata.finalizers ? 'put' : 'delete', value };
  }

  #write(name: string, decide: (definition: Definition) => Decision): void {
    const written = this.#parts.store
      .write(definitionsPrefix + name, (current) =>
        current ? decide(current.value as AnyObject as Definition) : { op: 'none' },
      )
      .then(
        () => {},
        (error: unknown) => this.#retry(name, decide, error),
      )
      .finally(() => this.#writing.delete(written));
    this.#writing.add(written);
  }

  #retry(name: string, decide: (definition: Definition) => Decision, error: unknown): void {
    if (this.#closed) return;
    const { logger, clock } = this.#parts;
    logger.warn('the status of a definition could not be written; trying again', { name, error });
    this.#retries.get(name)?.();
    this.#retries.set(
      name,
      clock.after(retryMs, () => this.#write(name, decide)),
    );
  }
}
