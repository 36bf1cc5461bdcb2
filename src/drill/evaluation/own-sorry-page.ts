// Whether users see a page of the application's own when nothing is left.

import { impossible, no, type Question, resultOf, yes } from './question.ts';

const drill = 'everything-down';

export const ownSorryPage: Question = {
  id: 'own-sorry-page',
  group: 'classic',
  text: {
    en: 'Is there a sorry page of its own when nothing is left?',
    es: '¿Hay una página de disculpa propia cuando no queda nada?',
  },
  drill,
  async ask(context) {
    const result = resultOf(context, drill);
    if ('answer' in result) return result;
    if (!context.target.hasSorryPage)
      return impossible('its policy names no page of its own (spec.sorry.configMap)');
    const { sorry = 0, failed = 0 } = result.runs[0]?.accounting.bySample ?? {};
    if (sorry === 0) return no(`nobody saw it; ${failed} requests failed otherwise`);
    return yes(`${sorry} requests saw it while everything was down, ${failed} failed otherwise`);
  },
};
