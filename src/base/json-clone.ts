// A copy of a JSON value that shares nothing with it. Several times faster than structuredClone, which must expect anything.

/** Deep copy of plain objects, arrays and primitives; undefined properties are dropped, as JSON does. */
export function jsonClone<T>(value: T): T {
  return clone(value) as T;
}

function clone(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(clone);
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[key];
    if (field === undefined) continue;
    if (key === '__proto__') defineOwn(copy, key, clone(field));
    else copy[key] = typeof field === 'object' ? clone(field) : field;
  }
  return copy;
}

/** JSON.parse makes `__proto__` an ordinary property; a plain assignment would set the prototype instead. */
function defineOwn(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
