// Every primary is killed and held back: what is left are backups, or nothing.

import { killPods, lookKilled } from './acts/kill-pods.ts';
import { ofPods, podsOf } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import type { Injection } from './fault.ts';
import { backendsOf } from './look/balancer-report.ts';
import { heldSince } from './look/held-since.ts';
import { needsMachinery, needsReplicas } from './need/needs.ts';

export const allPrimariesDown = defineFault({
  name: 'all-primaries-down',
  summary: {
    en: 'Kills all primaries and holds them back until the fault is undone; backups have to help.',
    es: 'Mata todos los primarios y no los deja volver hasta que se deshace el fallo; los de reserva tienen que ayudar.',
  },
  parameters: {},
  lasts: true,
  impossible: async (world, target) => needsReplicas(target) ?? (await needsMachinery(world)),
  choose(target) {
    const primaries = podsOf(target, 'primary');
    if (primaries.length === 0) throw new Error(`${target.service} has no ready primary that could be lost`);
    return { ...ofPods(primaries), states: ['none-usable', 'queue-full'] };
  },
  undo: ({ pods }) => pods.map(({ namespace, name, uid }) => ({ type: 'pod-thaw', namespace, name, uid })),
  inject: (injection) => killPods(injection, true),
  async look(injection) {
    const gone = lookKilled(injection);
    if (gone === undefined) return undefined;
    const since = heldSince(injection);
    const none = await noPrimaryServes(injection);
    return none === undefined ? 'perhaps' : { text: `${gone}; ${none}`, since };
  },
});

/** Where balancers report, they have to agree. */
async function noPrimaryServes({ world, target, victims, signal }: Injection): Promise<string | undefined> {
  const backends = await backendsOf(world, target, signal).catch(() => []);
  if (backends.length === 0) return `nothing is left of all ${victims.pods.length} primaries`;
  const primaries = backends.flatMap(({ servers }) => servers.filter(({ role }) => role === 'primary'));
  if (primaries.some(({ active }) => active)) return undefined;
  return `the balancer sends nothing to any of its ${primaries.length} primaries`;
}
