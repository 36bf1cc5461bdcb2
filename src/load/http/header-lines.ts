// Finds headers in the head of an answer: those that only some requests are interested in.

/** All values of a header, in order; `name` in any case. */
export function headersOf(head: string, name: string): string[] {
  const values: string[] = [];
  const wanted = name.toLowerCase();
  for (let start = head.indexOf('\n') + 1; start > 0; ) {
    const lf = head.indexOf('\n', start);
    const colon = start + wanted.length;
    if (head[colon] === ':' && head.slice(start, colon).toLowerCase() === wanted)
      values.push(head.slice(colon + 1, lf < 0 ? undefined : lf).trim());
    start = lf + 1;
  }
  return values;
}

/** The first. */
export function headerOf(head: string, name: string): string | undefined {
  return headersOf(head, name)[0];
}
