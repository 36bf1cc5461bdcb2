// One version of one object, and one change from a version to the next. The JSON text is what is kept; the parsed value is made when
// somebody asks, and held on to only while the version is the newest of its key: a long history of big objects costs their text alone.

import type { AnyObject } from '../api/object.ts';
import type { Stored, StoreEvent } from './store.ts';

export class Version implements Stored {
  readonly key: string;
  readonly revision: number;
  readonly createRevision: number;
  readonly json: string;
  #value: AnyObject | undefined;
  #weak: WeakRef<AnyObject> | undefined;
  #superseded = false;

  /** Without `value` it is parsed from `json` at the first use. */
  constructor(key: string, revision: number, createRevision: number, json: string, value?: AnyObject) {
    this.key = key;
    this.revision = revision;
    this.createRevision = createRevision;
    this.json = json;
    this.#value = value;
    this.#weak = undefined;
  }

  get value(): AnyObject {
    const known = this.#value ?? this.#weak?.deref();
    if (known !== undefined) return known;
    const parsed = JSON.parse(this.json) as AnyObject;
    if (this.#superseded) this.#weak = new WeakRef(parsed);
    else this.#value = parsed;
    return parsed;
  }

  /** Lets go of the parsed value; a later reader gets an equal one, parsed anew. */
  supersede(): void {
    this.#superseded = true;
    this.#value = undefined;
  }

  /** Whether `value` is this version's own object or has its metadata: storing it again would change a shared object. */
  shares(value: AnyObject): boolean {
    const own = this.#value ?? this.#weak?.deref();
    return own !== undefined && (own === value || own.metadata === value.metadata);
  }
}

export class Change implements StoreEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: number;
  readonly object: Version;
  readonly previous: Version | undefined;
  /** Monotonic milliseconds; set when the change becomes visible. */
  committedAtMs = 0;

  constructor(type: 'put' | 'delete', object: Version, previous: Version | undefined) {
    this.type = type;
    this.key = object.key;
    this.revision = object.revision;
    this.object = object;
    this.previous = previous;
  }

  /** The state of the key after this change. */
  get after(): Version | undefined {
    return this.type === 'put' ? this.object : undefined;
  }
}

/** The version that stores `value` at `revision`. Sets its resourceVersion; throws TypeError for what must not or cannot be stored. */
export function putChange(
  key: string,
  revision: number,
  current: Version | undefined,
  value: AnyObject,
): Change {
  return new Change('put', ownedVersion(key, revision, current, value), current);
}

/** The change that removes `current`; its object is the last state, `value` if given. */
export function deleteChange(revision: number, current: Version, value?: AnyObject): Change {
  const last = value ?? { ...current.value, metadata: { ...current.value.metadata } };
  return new Change('delete', ownedVersion(current.key, revision, current, last), current);
}

function ownedVersion(
  key: string,
  revision: number,
  current: Version | undefined,
  value: AnyObject,
): Version {
  if (current?.shares(value))
    throw new TypeError(`${key}: a stored object is shared; copy it and its metadata`);
  value.metadata.resourceVersion = String(revision);
  // The older key string is used again, so that a thousand versions do not keep a thousand equal keys.
  const sameKey = current?.key ?? key;
  return new Version(sameKey, revision, current?.createRevision ?? revision, JSON.stringify(value), value);
}
