// What the nodes of a cluster are called.

/** `node-1` and so on. */
export function nodeNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `node-${index + 1}`);
}
