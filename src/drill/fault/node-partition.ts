// Nodes are cut off from everybody else: what runs on them goes on, alone.

import { machineTime } from '../../base/machine-time.ts';
import { told } from '../told.ts';
import { losing } from './choice/losing.ts';
import { chooseNodes } from './choice/nodes.ts';
import { beginsNow, defineFault } from './define-fault.ts';
import type { Injection } from './fault.ts';
import { forget, heldSince } from './look/held-since.ts';
import { apiAnswers, ask, type Question, questionsFor } from './look/kubelet-answer.ts';
import { renewTime } from './look/lease.ts';
import { areSilent } from './look/silence.ts';
import { linksOf, machineryOf, needsLinks } from './need/needs.ts';
import { nodeParameters } from './parameters.ts';

/** A kubelet answers within some milliseconds. */
const patienceMs = 800;
/** Kubelets renew every second. */
const staleAfterMs = 3_000;

export const nodePartition = defineFault({
  name: 'node-partition',
  summary: {
    en: 'Cuts nodes off from everybody else: what runs on them goes on, alone.',
    es: 'Aísla nodos de todos los demás: lo que está en ejecución en ellos sigue, solo.',
  },
  parameters: nodeParameters,
  lasts: true,
  impossible: needsLinks,
  choose: (target, parameters, random) => losing(target, chooseNodes(target, parameters, random)),
  undo: ({ nodes }) => nodes.map((node) => ({ type: 'node-heal', node })),
  async inject(injection) {
    const { victims, world, signal, notes } = injection;
    notes.set('questions', await questionsFor(world.client, victims.nodes, signal));
    const links = linksOf(machineryOf(injection));
    beginsNow(injection);
    await Promise.all(victims.nodes.map((node) => links.cut(node)));
  },
  async look(injection) {
    const { client } = injection.world;
    const asked = machineTime();
    areSilent(injection);
    const lost = await lostNodes(injection);
    // The API's own answer comes after the question that nobody answered: it was there all the while.
    if (lost < injection.victims.nodes.length || !(await apiAnswers(client, patienceMs, injection.signal))) {
      forget(injection);
      return undefined;
    }
    const since = heldSince(injection, asked);
    if (!areSilent(injection)) return 'perhaps';
    const nodes = injection.victims.nodes.join(', ');
    return {
      text: told(
        `the API answers, and through it nothing comes back from ${nodes} within ${patienceMs} ms`,
        `la API responde, y a través de ella no vuelve nada de ${nodes} en ${patienceMs} ms`,
      ),
      since,
    };
  },
});

async function lostNodes(injection: Injection): Promise<number> {
  const { world, victims, signal, notes } = injection;
  const questions = notes.get('questions') as readonly Question[];
  const isLost = async (node: string) => {
    const question = questions.find((each) => each.node === node);
    if (!question) return isStale(injection, node);
    return (await ask(world.client, question, patienceMs, signal)) === undefined;
  };
  const lost = await Promise.all(victims.nodes.map(isLost));
  return lost.filter(Boolean).length;
}

/** Of a node that nothing runs on that could be asked for: its Lease has not moved for a while. */
async function isStale({ world, notes, signal }: Injection, node: string): Promise<boolean> {
  const key = `lease of ${node}`;
  const now = await renewTime(world.client, node, signal).catch(() => undefined);
  const seen = notes.get(key) as { readonly renewed: string; readonly at: number } | undefined;
  if (now === undefined) return false;
  if (seen?.renewed === now) return machineTime() - seen.at >= staleAfterMs;
  notes.set(key, { renewed: now, at: machineTime() });
  return false;
}
