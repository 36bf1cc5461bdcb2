// Nodes that a drill has cordoned take pods again; those that somebody else cordoned stay as they are.

import type { World } from '../../world/world.ts';
import { isOurs, uncordon } from '../acts/cordon.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

export function undoCordon({ client }: World, { node }: Extract<UndoStep, { type: 'uncordon' }>): Undoing {
  return {
    remains: `${node} is cordoned`,
    remedy: `"kubectl uncordon ${node}"`,
    act: (signal) => uncordon(client, node, signal),
    missing: async (signal) => ((await isOurs(client, node, signal)) ? 'it takes no pods' : undefined),
  };
}
