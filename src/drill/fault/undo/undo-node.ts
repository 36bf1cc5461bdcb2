// Nodes are started, thawed and healed: undone when they are heard of again.

import { isReady } from '../../../api/core/readiness.ts';
import { nodes } from '../../../client/resources.ts';
import type { World } from '../../world/world.ts';
import { renewTime } from '../look/lease.ts';
import { linksOf, machineryOf } from '../need/needs.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

type NodeStep = Extract<UndoStep, { type: 'node-start' | 'node-thaw' | 'node-heal' }>;

const words = {
  'node-start': { state: 'is stopped', verb: 'start' },
  'node-thaw': { state: 'is frozen', verb: 'thaw' },
  'node-heal': { state: 'is cut off or slow', verb: 'heal' },
} as const;

export function undoNode(world: World, { type, node }: NodeStep): Undoing {
  /** A Lease that was renewed afterwards is a sign of life; Ready may be an old word. */
  let before: string | undefined;
  return {
    remains: `${node} ${words[type].state}`,
    remedy: `"relevo node ${words[type].verb} ${node}"`,
    async act(signal) {
      before ??= await renewTime(world.client, node, signal).catch(() => undefined);
      await giveBack(world, type, node).catch((error: Error) => {
        if (!isGone(error, node)) throw error;
      });
    },
    async missing(signal) {
      const machine = (await machineryOf({ world }).nodes()).find(({ name }) => name === node);
      // Somebody has removed it.
      if (!machine) return undefined;
      if (machine.state !== 'running') return `it is ${machine.state}`;
      const renewed = await renewTime(world.client, node, signal);
      if (renewed === undefined || renewed === before) return 'its Lease is not renewed';
      const found = await world.client.resource(nodes).find(node, { signal });
      return found && !isReady(found) ? 'it is not Ready' : undefined;
    },
  };
}

async function giveBack(world: World, type: NodeStep['type'], node: string): Promise<void> {
  const machinery = machineryOf({ world });
  if (type === 'node-start') await machinery.start(node);
  else if (type === 'node-heal') await linksOf(machinery).heal(node);
  else await thawed(world, node);
}

/** One that was stopped or started meanwhile is frozen no more, and cannot be thawed. */
async function thawed(world: World, node: string): Promise<void> {
  const machinery = machineryOf({ world });
  const machine = (await machinery.nodes()).find(({ name }) => name === node);
  if (machine?.state === 'frozen') await machinery.thaw(node);
}

function isGone({ message }: Error, node: string): boolean {
  return message.startsWith(`there is no node "${node}"`);
}
