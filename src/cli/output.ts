// What a verb prints as its result: text for people, or JSON for scripts.

import { Option } from 'commander';

export type OutputFormat = 'text' | 'json';

/** `-o json`, wherever a script would read the result. */
export function outputOption(): Option {
  return new Option('-o, --output <format>', 'how to print the result')
    .choices(['text', 'json'])
    .default('text');
}

/** `text` is made only when it is what was asked for. */
export function printResult(format: OutputFormat, result: unknown, text: () => string): void {
  const out = format === 'json' ? JSON.stringify(result, null, 2) : text();
  process.stdout.write(out === '' || out.endsWith('\n') ? out : `${out}\n`);
}
