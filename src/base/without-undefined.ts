// What is not there is left out: a field that is undefined is written, compared and sent otherwise than one that is missing.

/** A copy without the fields that are undefined, of this object only: not of those in it. */
export function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
