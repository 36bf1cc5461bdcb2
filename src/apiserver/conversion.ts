// Between the version an object is stored in and the version a client asked for.

import type { AnyObject } from '../api/object.ts';
import type { Stored } from '../store/store.ts';
import { objectPayload, type Payload } from './request.ts';
import type { ServedKind } from './scheme.ts';

/** The object in the version it is stored in. Takes ownership of `object`. */
export function toStorage(kind: ServedKind, object: AnyObject): AnyObject {
  return kind.stored ? kind.stored.to(object) : object;
}

/** The stored object in the version of `kind`. The result may share parts with the stored one. */
export function fromStorage(kind: ServedKind, value: AnyObject): AnyObject {
  if (kind.stored) return kind.stored.from(value);
  if (value.apiVersion !== kind.apiVersion) return { ...value, apiVersion: kind.apiVersion };
  return value;
}

/** A stored object for the wire; its text is taken as it is when no conversion is needed. */
export function storedPayload(kind: ServedKind, stored: Stored): Payload {
  const value = fromStorage(kind, stored.value);
  return objectPayload(value, value === stored.value ? stored.json : undefined);
}
