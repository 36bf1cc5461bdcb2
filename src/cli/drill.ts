// relevo drill: lets something go wrong while users ask, and says whether they noticed.

import type { Command } from 'commander';
import { explainCommand } from './drill-explain.ts';
import { listCommand } from './drill-list.ts';
import { newCommand } from './drill-new.ts';
import { runCommand } from './drill-run.ts';
import { undoCommand } from './drill-undo.ts';
import { verb } from './verb.ts';

export function command(): Command {
  const drill = verb('drill');
  const inner = [runCommand(), listCommand(), explainCommand(), newCommand(), undoCommand()];
  for (const one of inner) drill.addCommand(one);
  return drill;
}
