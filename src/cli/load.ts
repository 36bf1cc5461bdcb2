// relevo load: asks an application for much, and says what its users would have seen.

import type { Command } from 'commander';
import { checkCommand } from './load-check.ts';
import { compareCommand } from './load-compare.ts';
import { reportCommand } from './load-report.ts';
import { runCommand } from './load-run.ts';
import { verb } from './verb.ts';

export function command(): Command {
  const load = verb('load');
  for (const inner of [runCommand(), checkCommand(), reportCommand(), compareCommand()])
    load.addCommand(inner);
  return load;
}
