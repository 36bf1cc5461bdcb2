// Which statuses a check takes for good: "200-399", "200,204", as HAProxy's `http-check expect status`.

/** Returns whether a status is one of them. Throws a RangeError for a text that is not codes and ranges: statusRangesProblem() first. */
export function expectedStatus(text: string): (status: number) => boolean {
  const ranges = text.split(',').map(rangeOf);
  if (!ranges.every((range) => range !== undefined)) throw new RangeError(statusRangesProblem(text));
  return (status) => ranges.some(([first, last]) => status >= first && status <= last);
}

export function statusRangesProblem(text: string): string | undefined {
  if (text.split(',').every(rangeOf)) return undefined;
  return `expected status "${text}" is not codes and ranges from 100 to 599, such as "200-399" or "200,204"`;
}

function rangeOf(text: string): readonly [number, number] | undefined {
  const [, first, last = first] = /^\s*([1-5]\d\d)(?:-([1-5]\d\d))?\s*$/.exec(text) ?? [];
  return first !== undefined && Number(first) <= Number(last) ? [Number(first), Number(last)] : undefined;
}
