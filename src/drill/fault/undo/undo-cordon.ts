// Nodes that a drill has cordoned take pods again; those that somebody else cordoned stay as they are.

import { asIs, told } from '../../told.ts';
import type { World } from '../../world/world.ts';
import { isOurs, uncordon } from '../acts/cordon.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

export function undoCordon({ client }: World, { node }: Extract<UndoStep, { type: 'uncordon' }>): Undoing {
  return {
    remains: told(`${node} is cordoned`, `${node} está acordonado`),
    remedy: asIs(`"kubectl uncordon ${node}"`),
    act: (signal) => uncordon(client, node, signal),
    missing: async (signal) => ((await isOurs(client, node, signal)) ? takesNone : undefined),
  };
}

const takesNone = told('it takes no pods', 'no acepta pods');
