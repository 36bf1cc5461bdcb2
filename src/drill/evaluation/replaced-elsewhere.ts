// Whether a new pod is ready elsewhere while the old one still serves: what a drained node shows.

import { counted } from '../counted.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { headed, type Told, told } from '../told.ts';
import type { RunEvidence } from '../verdict/evidence.ts';
import { no, type Question, resultOf, yes } from './question.ts';

const drill = 'drain';

export const replacedElsewhere: Question = {
  id: 'replaced-elsewhere',
  group: 'nine',
  text: {
    en: 'Is there a new pod elsewhere while the old one still serves?',
    es: '¿Hay un pod nuevo en otro sitio mientras el antiguo sigue atendiendo?',
  },
  drill,
  async ask(context) {
    const result = resultOf(context, drill);
    if ('answer' in result) return result;
    const run = result.runs[0];
    const lost = run?.accounting.bySample.failed ?? 0;
    const overlap = run && overlapOf(run);
    if (!overlap) return no(headed(drill, noneReady));
    const { sent } = run.accounting;
    if (lost > 0)
      return no(
        told(
          `${overlap.en}, but ${counted(lost, 'request', 'requests')} failed`,
          `${overlap.es}, pero ${lost === 1 ? 'falló' : 'fallaron'} ${counted(lost, 'petición', 'peticiones')}`,
        ),
      );
    return yes(
      told(
        `${overlap.en}; none of ${counted(sent, 'request', 'requests')} failed`,
        `${overlap.es}; no falló ninguna de ${counted(sent, 'petición', 'peticiones')}`,
      ),
    );
  },
};

const noneReady = told('no new pod was ready elsewhere', 'no hubo ningún pod nuevo listo en otro sitio');

/** A pod that became ready on a node that the fault did not hit; and whether the old ones were there until then, or users were served meanwhile. */
function overlapOf({ faults, timeline }: RunEvidence): Told | undefined {
  const [fault] = faults;
  const from = fault?.injectedAt;
  if (!fault || from === undefined) return undefined;
  const old = new Set(fault.victims.pods.map(({ uid }) => uid));
  const isNew = ({ type, at, podUid, node }: TimelineEvent) =>
    type === 'pod-ready' && at > from && !old.has(podUid ?? '') && !fault.victims.nodes.includes(node ?? '');
  const ready = timeline.find(isNew);
  if (!ready) return undefined;
  const seconds = ((ready.at - from) / 1_000).toFixed(1);
  const nodes = fault.victims.nodes.join(', ');
  const { subject: pod, node } = ready;
  return told(
    `${fault.name} of ${nodes}: ${pod ?? 'a new pod'} was ready on ${node ?? 'another node'} after ${seconds} s`,
    `${fault.name} de ${nodes}: ${pod ?? 'un pod nuevo'} estaba listo en ${node ?? 'otro nodo'} a los ${seconds} s`,
  );
}
