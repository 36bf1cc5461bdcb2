// Every primary is killed and held back: what is left are backups, or nothing.

import { counted } from '../counted.ts';
import { joined, type Told, ToldError, told } from '../told.ts';
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
    es: 'Mata todos los principales y no los deja volver hasta que se deshace el fallo; los respaldos tienen que ayudar.',
  },
  parameters: {},
  lasts: true,
  impossible: async (world, target) => needsReplicas(target) ?? (await needsMachinery(world)),
  choose(target) {
    const primaries = podsOf(target, 'primary');
    if (primaries.length === 0) throw new ToldError(noPrimary(target.service));
    return { ...ofPods(primaries), states: ['none-usable', 'queue-full'] };
  },
  undo: ({ pods }) => pods.map(({ namespace, name, uid }) => ({ type: 'pod-thaw', namespace, name, uid })),
  inject: (injection) => killPods(injection, true),
  async look(injection) {
    const gone = lookKilled(injection);
    if (gone === undefined) return undefined;
    const since = heldSince(injection);
    const none = await noPrimaryServes(injection);
    return none === undefined ? 'perhaps' : { text: joined([gone, none], '; '), since };
  },
});

/** Where balancers report, they have to agree. */
async function noPrimaryServes({ world, target, victims, signal }: Injection): Promise<Told | undefined> {
  const backends = await backendsOf(world, target, signal).catch(() => []);
  if (backends.length === 0) return nothingLeft(victims.pods.length);
  const primaries = backends.flatMap(({ servers }) => servers.filter(({ role }) => role === 'primary'));
  if (primaries.some(({ active }) => active)) return undefined;
  return told(
    `the balancer sends nothing to any of its ${counted(primaries.length, 'primary', 'primaries')}`,
    `el balanceador no envía nada a ninguno de sus ${counted(primaries.length, 'principal', 'principales')}`,
  );
}

function nothingLeft(primaries: number): Told {
  return told(
    primaries === 1 ? 'nothing is left of the only primary' : `nothing is left of all ${primaries} primaries`,
    primaries === 1 ? 'no queda nada del único principal' : `no queda nada de los ${primaries} principales`,
  );
}

function noPrimary(service: string): Told {
  return told(
    `${service} has no ready primary that could be lost`,
    `${service} no tiene ningún principal listo que se pueda perder`,
  );
}
