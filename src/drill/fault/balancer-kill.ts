// The balancer is killed, or only what moves its traffic; it is started again, and who connects meanwhile waits.

import { flag } from '../../api/relevo/field-schemas.ts';
import { processIdentity } from '../../base/process-identity.ts';
import type { KilledBalancer } from '../../machinery/machinery.ts';
import { told } from '../told.ts';
import { nobody } from './choice/nobody.ts';
import { defineFault } from './define-fault.ts';
import { machineryOf, needsMachinery } from './need/needs.ts';
import { flagIn } from './parameters.ts';

export const balancerKill = defineFault({
  name: 'balancer-kill',
  summary: {
    en: 'Kills the balancer with -9, or with engine: true only what moves its traffic; it is started again.',
    es: 'Mata el balanceador con -9, o con engine: true solo lo que mueve su tráfico; se arranca de nuevo.',
  },
  parameters: {
    engine: flag('Whether only the process that moves the traffic is killed.', { default: false }),
  },
  lasts: false,
  impossible: needsMachinery,
  choose: () => ({ ...nobody, balancer: true }),
  undo: () => [],
  async inject(injection) {
    const engine = flagIn(injection.parameters, 'engine');
    injection.notes.set('killed', await machineryOf(injection).killBalancer({ engine }));
  },
  async look({ notes }) {
    const killed = notes.get('killed') as KilledBalancer | undefined;
    if (killed === undefined || processIdentity(killed.pid) !== undefined) return undefined;
    const { pid, engine } = killed;
    const [what, esto] =
      engine === '' ? ['the balancer', 'el balanceador'] : [`the engine ${engine}`, `el motor ${engine}`];
    return {
      text: told(
        `the kernel has no process ${pid} any more, which was ${what}`,
        `el núcleo ya no tiene el proceso ${pid}, que era ${esto}`,
      ),
    };
  },
});
