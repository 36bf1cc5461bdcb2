// The command that the drill's author has for it: undone when it ends with 0.

import type { World } from '../../world/world.ts';
import { runCommandWell } from '../command/run-command.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

const usualTimeoutMs = 30_000;

export function undoCommand(
  { mayRunCommands }: World,
  { command, folder, timeoutMs = usualTimeoutMs }: Extract<UndoStep, { type: 'command' }>,
): Undoing {
  return {
    remains: `the command "${command.join(' ')}" has not been run to a good end`,
    remedy: `run it in ${folder}`,
    async act(signal) {
      if (!mayRunCommands) throw new Error('commands are run from the command line only');
      await runCommandWell(command, { folder, timeoutMs, signal });
    },
    missing: async () => undefined,
  };
}
