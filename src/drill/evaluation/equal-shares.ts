// Whether users are spread evenly: what each replica answered in the drill of fair shares.

import { asIs, headed, told } from '../told.ts';
import { no, type Question, resultOf, yes } from './question.ts';

const drill = 'fair-shares';

export const equalShares: Question = {
  id: 'equal-shares',
  group: 'nine',
  text: {
    en: 'Do the replicas get equal shares of the traffic?',
    es: '¿Reciben las réplicas partes iguales del tráfico?',
  },
  drill,
  async ask(context) {
    const result = resultOf(context, drill);
    if ('answer' in result) return result;
    const [run] = result.runs;
    const [probe] = run?.probes ?? [];
    const counts = Object.entries(run?.series.servers ?? {}).map(([name, list]) => {
      return `${name} ${list.reduce((sum, count) => sum + count, 0)}`;
    });
    if (!probe || probe.good + probe.bad === 0) return no(headed(drill, told('nobody looked', 'nadie miró')));
    const list = asIs(counts.join(', '));
    return probe.ok ? yes(list) : no(probe.saw ?? list);
  },
};
