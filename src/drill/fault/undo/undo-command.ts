// The command that the drill's author has for it: undone when it ends with 0.

import { ToldError, told } from '../../told.ts';
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
    remains: told(
      `the command "${command.join(' ')}" has not been run to a good end`,
      `la orden «${command.join(' ')}» no ha llegado a buen fin`,
    ),
    remedy: told(`run it in ${folder}`, `ejecútala en ${folder}`),
    async act(signal) {
      if (!mayRunCommands) throw new ToldError(onlyByHand);
      await runCommandWell(command, { folder, timeoutMs, signal });
    },
    missing: async () => undefined,
  };
}

const onlyByHand = told(
  'commands are run from the command line only',
  'las órdenes solo se ejecutan desde la línea de órdenes',
);
