// API server, store and controllers are killed; nodes and balancer go on, and they are started again.

import { machineTime } from '../../base/machine-time.ts';
import { processIdentity } from '../../base/process-identity.ts';
import { told } from '../told.ts';
import { nobody } from './choice/nobody.ts';
import { defineFault } from './define-fault.ts';
import { apiAnswers } from './look/kubelet-answer.ts';
import { machineryOf, needsMachinery } from './need/needs.ts';

/** An API that is there answers within some milliseconds; one that is started takes longer. */
const patienceMs = 100;

export const controlPlaneKill = defineFault({
  name: 'control-plane-kill',
  summary: {
    en: 'Kills API server, store and controllers with -9; they are started again, users are not to notice.',
    es: 'Mata el servidor de la API, su almacén y los controladores con -9; se arrancan de nuevo y los usuarios no deben notarlo.',
  },
  parameters: {},
  lasts: false,
  impossible: needsMachinery,
  choose: () => ({ ...nobody, controlPlane: true }),
  undo: () => [],
  async inject(injection) {
    const { world, notes, signal } = injection;
    const pid = await machineryOf(injection).killControlPlane();
    const asked = machineTime();
    const isSilent = !(await apiAnswers(world.client, patienceMs, signal));
    notes.set('killed', { pid, asked, isSilent } satisfies Killed);
  },
  async look({ notes }) {
    const killed = notes.get('killed') as Killed | undefined;
    if (!killed?.isSilent || processIdentity(killed.pid) !== undefined) return undefined;
    return {
      text: told(
        `the kernel has no process ${killed.pid} any more, and the API did not answer within ${patienceMs} ms`,
        `el núcleo ya no tiene el proceso ${killed.pid}, y la API no respondió en ${patienceMs} ms`,
      ),
      since: killed.asked,
    };
  },
});

interface Killed {
  readonly pid: number;
  /** machineTime() at which the API was asked. */
  readonly asked: number;
  readonly isSilent: boolean;
}
