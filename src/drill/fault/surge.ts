// More load than usual. The drill's runner sends it; here it is proven that it reached the balancer.

import { text } from '../../api/relevo/field-schemas.ts';
import { counted } from '../counted.ts';
import { type Told, told, toldOf } from '../told.ts';
import { nobody } from './choice/nobody.ts';
import { beginsNow, defineFault } from './define-fault.ts';
import type { Injection } from './fault.ts';
import { type Counted, countRequests, rateBetween, rateNow } from './look/balancer-rate.ts';

const usualForMs = 1_000;
const busyForMs = 500;
/** Of the rate before: a surge is more than the ups and downs of each second. */
const atLeast = 1.25;

interface Usual {
  readonly rate: number;
  readonly backupsWanted: number;
}

export const surge = defineFault({
  name: 'surge',
  summary: {
    en: 'Sends more load than usual, on top of what the drill sends.',
    es: 'Envía más carga de la habitual, además de la que envía el simulacro.',
  },
  parameters: {
    rate: text('Requests a second that are added: 80/s.', { pattern: String.raw`^\d+(\.\d+)?/(s|m)$` }),
    path: text('What they ask for. Without it the path of the load.', { pattern: '^/' }),
  },
  required: ['rate'],
  lasts: true,
  async impossible(world, target) {
    if (!world.balancer) return nobodyKnows;
    return countRequests(world, target, new AbortController().signal).then(() => undefined, toldOf);
  },
  choose: () => ({ ...nobody, states: ['queue-full'] }),
  undo: () => [],
  /** Before the load begins: what is usual is measured now, for a second. */
  async inject(injection) {
    const { world, target, signal, notes } = injection;
    const { rate, last } = await rateNow(world, target, usualForMs, signal);
    notes.set('usual', { rate, backupsWanted: last.backupsWanted } satisfies Usual);
    notes.set('counted', last);
    beginsNow(injection);
  },
  async look(injection) {
    const { world, target, signal, notes } = injection;
    const before = notes.get('counted') as Counted;
    const now = await countRequests(world, target, signal);
    if (now.epoch !== before.epoch || now.at - before.at >= busyForMs) notes.set('counted', now);
    const text = busy(injection, before, now);
    if (text !== undefined) return { text };
    return now.at - before.at < busyForMs ? 'perhaps' : undefined;
  },
});

const nobodyKnows = told(
  'nobody could say that the load reached the balancer: its statistics cannot be reached from here',
  'nadie podría decir si la carga llegó al balanceador: desde aquí no se llega a sus estadísticas',
);

function busy({ notes }: Injection, before: Counted, now: Counted): Told | undefined {
  const usual = notes.get('usual') as Usual;
  if (now.backupsWanted > usual.backupsWanted)
    return told(
      `the balancer wants ${counted(now.backupsWanted, 'backup', 'backups')}, ${usual.backupsWanted} before`,
      `el balanceador quiere ${counted(now.backupsWanted, 'respaldo', 'respaldos')}, antes ${usual.backupsWanted}`,
    );
  if (now.at - before.at < busyForMs) return undefined;
  const rate = rateBetween(before, now) ?? 0;
  if (rate < usual.rate * atLeast || rate < usual.rate + 1) return undefined;
  const [queued, enCola] =
    now.queued > 0
      ? [
          `, ${counted(now.queued, 'of them waits', 'of them wait')}`,
          `, ${counted(now.queued, 'de ellas espera', 'de ellas esperan')}`,
        ]
      : ['', ''];
  const [is, was] = [rate.toFixed(0), usual.rate.toFixed(0)];
  return told(
    `the balancer counts ${is} requests a second, ${was} before${queued}`,
    `el balanceador cuenta ${is} peticiones por segundo, antes ${was}${enCola}`,
  );
}
