// Remembers how long each test took and tells the slowest just before the test runner's own summary.

import type { TestEvent } from 'node:test/reporters';

interface Timed {
  readonly name: string;
  readonly file: string;
  readonly milliseconds: number;
}

/** Counts of what really ran: a file that has no test is not one. */
export interface Tally {
  tests: number;
}

/**
 * Passes every event on; before the first line of the summary it adds diagnostics: `extra`, then the slowest tests.
 * `extra` is asked for only then.
 */
export async function* withSlowest(
  events: AsyncIterable<TestEvent>,
  options: { count: number; tally: Tally; extra: () => readonly string[] },
): AsyncGenerator<TestEvent> {
  const timed: Timed[] = [];
  let told = false;
  for await (const event of events) {
    if (event.type === 'test:pass' || event.type === 'test:fail') {
      const { name, file, details } = event.data;
      if (details.type !== 'suite' && name !== file) {
        options.tally.tests++;
        timed.push({ name, file: file ?? '', milliseconds: details.duration_ms });
      }
    }
    if (!told && event.type === 'test:diagnostic' && /^tests \d+$/.test(event.data.message)) {
      told = true;
      for (const line of [...options.extra(), ...slowestLines(timed, options.count)]) yield note(line);
    }
    yield event;
  }
}

function slowestLines(timed: readonly Timed[], count: number): string[] {
  const slowest = [...timed].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, count);
  const line = ({ name, file, milliseconds }: Timed) =>
    `${(milliseconds / 1000).toFixed(2).padStart(8)} s  ${name} (${file.replace(`${process.cwd()}/`, '')})`;
  return slowest.length === 0 ? [] : [`the ${slowest.length} slowest:`, ...slowest.map(line)];
}

function note(message: string): TestEvent {
  return { type: 'test:diagnostic', data: { message, nesting: 0, level: 'info' } } as unknown as TestEvent;
}
