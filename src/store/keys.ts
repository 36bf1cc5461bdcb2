// What a key's text says: its resource is the part before the first slash; a prefix covers a range of the key order.

/** `pods` of `pods/default/web-0`; the whole key when it has no slash. */
export function resourceOf(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? key : key.slice(0, slash);
}

/** The first string after every key with the prefix. A prefix ends with a slash, and `0` is the next character after it. */
export function endOfPrefix(prefix: string): string {
  if (!prefix.endsWith('/')) throw new TypeError(`the prefix "${prefix}" does not end with a slash`);
  return `${prefix.slice(0, -1)}0`;
}
