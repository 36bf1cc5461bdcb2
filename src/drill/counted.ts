// A number with its noun, and whatever else of a sentence has to agree with it.

/** `1 request`, `2 requests`, `0 requests`. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
