// Kubelets are killed; their pods go on, and they are started again.

import { told } from '../told.ts';
import { notedKubelets, noteKubelets } from './acts/stop-nodes.ts';
import { chooseNodes } from './choice/nodes.ts';
import { beginsNow, defineFault } from './define-fault.ts';
import { lives } from './look/pod-processes.ts';
import { machineryOf, needsMachinery } from './need/needs.ts';
import { nodeParameters } from './parameters.ts';

export const kubeletKill = defineFault({
  name: 'kubelet-kill',
  summary: {
    en: 'Kills the kubelets of nodes with -9: their pods go on without them; they are started again.',
    es: 'Mata los kubelets de nodos con -9: sus pods siguen sin ellos; se arrancan de nuevo.',
  },
  parameters: nodeParameters,
  lasts: false,
  impossible: needsMachinery,
  choose: chooseNodes,
  undo: () => [],
  async inject(injection) {
    await noteKubelets(injection);
    beginsNow(injection);
    const machinery = machineryOf(injection);
    await Promise.all(injection.victims.nodes.map((node) => machinery.killKubelet(node)));
  },
  async look(injection) {
    const kubelets = notedKubelets(injection);
    if (kubelets.length < injection.victims.nodes.length || kubelets.some(lives)) return undefined;
    const gone = kubelets.map(({ node, pid }) => `${node} (PID ${pid})`).join(', ');
    return {
      text: told(
        `the kernel has no kubelet process any more of ${gone}`,
        `el núcleo ya no tiene ningún proceso de kubelet de ${gone}`,
      ),
    };
  },
});
