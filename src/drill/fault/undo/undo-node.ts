// Nodes are started, thawed and healed: undone when they are heard of again.

import { isReady } from '../../../api/core/readiness.ts';
import { nodes } from '../../../client/resources.ts';
import { MachineryError } from '../../../machinery/machinery-error.ts';
import { asIs, type Told, told } from '../../told.ts';
import type { World } from '../../world/world.ts';
import { renewTime } from '../look/lease.ts';
import { linksOf, machineryOf } from '../need/needs.ts';
import type { UndoStep } from '../undo.ts';
import type { Undoing } from './undoing.ts';

type NodeStep = Extract<UndoStep, { type: 'node-start' | 'node-thaw' | 'node-heal' }>;

const words = {
  'node-start': { en: 'is stopped', es: 'está parado', verb: 'start' },
  'node-thaw': { en: 'is frozen', es: 'está congelado', verb: 'thaw' },
  'node-heal': { en: 'is cut off or slow', es: 'está aislado o lento', verb: 'heal' },
} as const;

export function undoNode(world: World, { type, node }: NodeStep): Undoing {
  /** A Lease that was renewed afterwards is a sign of life; Ready may be an old word. */
  let before: string | undefined;
  return {
    remains: told(`${node} ${words[type].en}`, `${node} ${words[type].es}`),
    remedy: asIs(`"relevo node ${words[type].verb} ${node}"`),
    async act(signal) {
      before ??= await renewTime(world.client, node, signal).catch(() => undefined);
      await giveBack(world, type, node).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    },
    async missing(signal) {
      const machine = (await machineryOf({ world }).nodes()).find(({ name }) => name === node);
      // Somebody has removed it.
      if (!machine) return undefined;
      if (machine.state !== 'running') return machineIs(machine.state);
      const renewed = await renewTime(world.client, node, signal);
      if (renewed === undefined || renewed === before) return staleLease;
      const found = await world.client.resource(nodes).find(node, { signal });
      return found && !isReady(found) ? notReady : undefined;
    },
  };
}

const staleLease = told('its Lease is not renewed', 'su Lease no se renueva');
const notReady = told('it is not Ready', 'no está Ready');
const states: Readonly<Record<string, string>> = {
  ...{ stopped: 'parado', frozen: 'congelado', starting: 'arrancando', waiting: 'a la espera' },
};

function machineIs(state: string): Told {
  return told(`it is ${state}`, `está ${states[state] ?? state}`);
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

function isGone(error: unknown): boolean {
  return error instanceof MachineryError && error.code === 'unknown-node';
}
