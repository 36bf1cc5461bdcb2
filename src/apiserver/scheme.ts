// Every kind that is served right now: the built-in ones, and those that CustomResourceDefinitions add and take away.

import type { Kind } from '../api/kind.ts';
import { apiVersionOf } from '../api/object.ts';
import type { ResourceName } from '../api/status.ts';

/** A kind as the server serves it, with what it needs to find and keep its objects. */
export interface ServedKind extends Kind {
  /** Objects live under `${storageResource}/`: the resource with its group, of the version that is stored. */
  storageResource: string;
  /** The kind under which objects are stored: itself unless `stored` says otherwise. */
  storage: ServedKind;
  /** For messages. */
  resourceName: ResourceName;
  /** A custom kind: strategic merge patch is refused, unknown fields are pruned by its schema. */
  custom: boolean;
}

export class Scheme {
  readonly #byPath = new Map<string, ServedKind>();
  #changed = 0;

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) if (!kind.stored) this.#add(kind, false);
    for (const kind of kinds) if (kind.stored) this.#add(kind, false);
  }

  /** Grows with every change; discovery documents are cached by it. */
  get generation(): number {
    return this.#changed;
  }

  find(group: string, version: string, plural: string): ServedKind | undefined {
    return this.#byPath.get(pathOf(group, version, plural));
  }

  findKind(apiVersion: string, kindName: string): ServedKind | undefined {
    for (const kind of this.#byPath.values()) {
      if (kind.kind === kindName && kind.apiVersion === apiVersion) return kind;
    }
    return undefined;
  }

  /** The kind with this resource and group in any version, for scale targets and reviews. */
  findResource(group: string, plural: string): ServedKind | undefined {
    for (const kind of this.#byPath.values()) {
      if (kind.plural === plural && kind.group === group) return kind;
    }
    return undefined;
  }

  /** All served kinds in declaration order. */
  all(): ServedKind[] {
    return [...this.#byPath.values()];
  }

  hasGroupVersion(group: string, version: string): boolean {
    for (const kind of this.#byPath.values()) {
      if (kind.group === group && kind.version === version) return true;
    }
    return false;
  }

  /**
   * Replaces the custom kinds of one group and plural (all versions of one definition); an empty list takes them away.
   * `storage` is the kind in whose version objects are stored, served or not; if it is served, it comes first.
   */
  setCustom(group: string, plural: string, kinds: readonly Kind[], storage?: Kind): void {
    for (const [path, kind] of this.#byPath) {
      if (kind.custom && kind.group === group && kind.plural === plural) this.#byPath.delete(path);
    }
    const unserved = storage && !kinds.includes(storage) ? this.#served(storage, true) : undefined;
    for (const kind of kinds) this.#add(kind, true, unserved);
    this.#changed++;
  }

  #add(kind: Kind, custom: boolean, unserved?: ServedKind): void {
    const served = this.#served(kind, custom, unserved);
    this.#byPath.set(pathOf(kind.group, kind.version, kind.plural), served);
    this.#changed++;
  }

  #served(kind: Kind, custom: boolean, unserved?: ServedKind): ServedKind {
    const served = { ...kind, custom } as ServedKind;
    served.resourceName = { group: kind.group, resource: kind.plural };
    served.storage = this.#storageOf(kind, unserved) ?? served;
    served.storageResource = storageResource(served.storage);
    return served;
  }

  #storageOf(kind: Kind, unserved: ServedKind | undefined): ServedKind | undefined {
    if (!kind.stored) return undefined;
    const group = kind.stored.group ?? kind.group;
    if (kind.stored.version === kind.version && group === kind.group) return undefined;
    if (unserved) return unserved;
    const found = [...this.#byPath.values()].find(
      (other) => other.group === group && other.version === kind.stored?.version && other.kind === kind.kind,
    );
    if (!found) {
      throw new Error(
        `${kind.kind} ${kind.apiVersion} is stored as ${apiVersionOf(group, kind.stored.version)}, which is not served`,
      );
    }
    return found;
  }
}

function pathOf(group: string, version: string, plural: string): string {
  return `${group}/${version}/${plural}`;
}

function storageResource(kind: { group: string; plural: string }): string {
  return kind.group === '' ? kind.plural : `${kind.plural}.${kind.group}`;
}

/** Where one object is kept. */
export function storageKey(kind: ServedKind, namespace: string, name: string): string {
  return kind.namespaced ? `${kind.storageResource}/${namespace}/${name}` : `${kind.storageResource}/${name}`;
}

/** The prefix of a list: one namespace, or all of the kind. */
export function storagePrefix(kind: ServedKind, namespace: string): string {
  return kind.namespaced && namespace !== ''
    ? `${kind.storageResource}/${namespace}/`
    : `${kind.storageResource}/`;
}
