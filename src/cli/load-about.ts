// What a report says about who made it: versions, the machine, the command line without its secrets.

import os from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import type { RunAbout } from '../load/results/load-results.ts';
import { redacted } from '../load/user/sampling/redact.ts';

/** `words`: of the command line, without node and file. */
export function aboutRun(words: readonly string[]): RunAbout {
  return {
    relevo: manifest.version,
    node: process.version,
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    cores: os.availableParallelism(),
    command: ['relevo', ...words.map(withoutSecret)],
  };
}

/** A header may stand right behind its option. */
function withoutSecret(word: string): string {
  const [, option = '', rest = ''] = /^(--header=|--data=|-H|-J)?([\s\S]*)$/.exec(word) ?? [];
  return `${option}${redacted(rest, new Map())}`;
}
