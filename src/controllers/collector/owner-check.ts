// Whether the owners that an object names are there. What the monitors do not know is asked of the API, once for many dependents.

import type { AnyObject, OwnerReference } from '../../api/object.ts';
import type { Client } from '../../client/client.ts';
import { KindDirectory } from '../../client/kind-directory.ts';
import type { Monitors } from './monitors.ts';

/** `waiting`: it is being deleted in the foreground and waits for its dependents. `unresolvable`: nobody can tell. */
export type OwnerState = 'solid' | 'waiting' | 'absent' | 'unresolvable';

export interface OwnerFinding {
  owner: OwnerReference;
  state: OwnerState;
  /** True when the reference breaks the rule that owners are in the same namespace or in none. */
  invalidNamespace: boolean;
}

export const foreground = 'foregroundDeletion';
export const orphan = 'orphan';

export function isDeleting(object: AnyObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

export function hasFinalizer(object: AnyObject, finalizer: string): boolean {
  return object.metadata.finalizers?.includes(finalizer) ?? false;
}

const maxAbsent = 1000;

export class OwnerCheck {
  readonly #client: Client;
  readonly #monitors: Monitors;
  readonly #kinds: KindDirectory;
  /** uids and places found to be gone: uids never come back. */
  readonly #absent = new Set<string>();
  readonly #asking = new Map<string, Promise<OwnerState>>();

  constructor(client: Client, monitors: Monitors) {
    this.#client = client;
    this.#monitors = monitors;
    this.#kinds = new KindDirectory(client);
  }

  async check(object: AnyObject, owner: OwnerReference): Promise<OwnerFinding> {
    const namespace = object.metadata.namespace;
    const known = this.#monitors.find(owner.uid);
    const misplaced = known?.resource.namespaced === true && known.object.metadata.namespace !== namespace;
    if (misplaced) {
      // An object outside namespaces can have no owner in one: what to look for is not even defined.
      return { owner, state: namespace ? 'absent' : 'unresolvable', invalidNamespace: true };
    }
    if (known && isReferred(known.object, owner)) {
      const waits = isDeleting(known.object) && hasFinalizer(known.object, foreground);
      return { owner, state: waits ? 'waiting' : 'solid', invalidNamespace: false };
    }
    return { owner, state: await this.#ask(owner, namespace), invalidNamespace: false };
  }

  #ask(owner: OwnerReference, namespace: string | undefined): Promise<OwnerState> {
    const place = `${namespace ?? ''} ${owner.apiVersion} ${owner.kind} ${owner.name} ${owner.uid}`;
    if (this.#absent.has(place)) return Promise.resolve('absent');
    const asked = this.#asking.get(place);
    if (asked) return asked;
    const answer = this.#lookUp(owner, namespace, place).finally(() => this.#asking.delete(place));
    this.#asking.set(place, answer);
    return answer;
  }

  async #lookUp(owner: OwnerReference, namespace: string | undefined, place: string): Promise<OwnerState> {
    const resource = await this.#kinds.find(owner.apiVersion, owner.kind);
    if (!resource || (resource.namespaced && !namespace)) return 'unresolvable';
    const found = await this.#client.resource(resource, namespace).find(owner.name);
    if (found?.metadata.uid === owner.uid) {
      return isDeleting(found) && hasFinalizer(found, foreground) ? 'waiting' : 'solid';
    }
    if (this.#absent.size >= maxAbsent) this.#absent.clear();
    this.#absent.add(place);
    return 'absent';
  }
}

/** A reference whose uid is right but whose name or kind is not refers to nothing. */
function isReferred(object: AnyObject, owner: OwnerReference): boolean {
  return object.metadata.name === owner.name && object.kind === owner.kind;
}
