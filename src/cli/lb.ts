// relevo lb: the balancer without a cluster. Runs it from a file, checks such files, and makes them out of a haproxy.cfg.

import type { Command } from 'commander';
import { checkCommand } from './lb-check.ts';
import { importCommand } from './lb-import.ts';
import { runCommand } from './lb-run.ts';
import { verb } from './verb.ts';

export function command(): Command {
  const lb = verb('lb');
  for (const inner of [runCommand(), checkCommand(), importCommand()]) lb.addCommand(inner);
  return lb;
}
