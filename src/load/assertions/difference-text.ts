// Where two texts differ that should be equal, as JMeter shows it: from where on, and from the end up to where.

/** Characters around the difference. */
const most = 100;

export function differenceText(received: string, expected: string): string {
  const start = commonStart(received, expected);
  const end = commonEnd(received, expected, start);
  const before = lastOf(received.slice(0, start));
  const after = firstOf(received.slice(received.length - end));
  const [got, wanted] = [received, expected].map((text) => firstOf(text.slice(start, text.length - end))) as [
    string,
    string,
  ];
  const width = Math.max(got.length, wanted.length);
  const line = (what: string, part: string) =>
    `****** ${what}: ${before}[[[${part.padEnd(width)}]]]${after}\n\n`;
  return `\n\n${line('received  ', got)}${line('comparison', wanted)}`;
}

function commonStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && at < other.length && one[at] === other[at]) at++;
  return at;
}

/** The difference has a character at least in each of them, if they go on there. */
function commonEnd(one: string, other: string, start: number): number {
  let count = 0;
  while (
    one.length - count - 1 > start &&
    other.length - count - 1 > start &&
    one.at(-1 - count) === other.at(-1 - count)
  ) {
    count++;
  }
  return count;
}

function firstOf(text: string): string {
  return text.length <= most ? text : `${text.slice(0, most)}...`;
}

function lastOf(text: string): string {
  return text.length <= most ? text : `...${text.slice(-most)}`;
}
