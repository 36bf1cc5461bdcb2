// How each step of an undo is taken: one file for each kind.

import type { World } from '../../world/world.ts';
import type { UndoStep } from '../undo.ts';
import { undoCommand } from './undo-command.ts';
import { undoCordon } from './undo-cordon.ts';
import { undoDelete } from './undo-delete.ts';
import { undoNode } from './undo-node.ts';
import { undoPod } from './undo-pod.ts';
import { undoScale } from './undo-scale.ts';
import type { Undoing } from './undoing.ts';

export function undoingOf(world: World, step: UndoStep): Undoing {
  switch (step.type) {
    case 'node-start':
    case 'node-thaw':
    case 'node-heal':
      return undoNode(world, step);
    case 'pod-thaw':
      return undoPod(world, step);
    case 'uncordon':
      return undoCordon(world, step);
    case 'scale':
      return undoScale(world, step);
    case 'delete':
      return undoDelete(world, step);
    case 'command':
      return undoCommand(world, step);
  }
}
