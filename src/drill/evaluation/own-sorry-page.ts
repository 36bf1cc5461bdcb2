// Whether users see a page of the application's own when nothing is left.

import { counted } from '../counted.ts';
import { told } from '../told.ts';
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
    if (!context.target.hasSorryPage) return impossible(noPage);
    const { sorry = 0, failed = 0 } = result.runs[0]?.accounting.bySample ?? {};
    if (sorry === 0)
      return no(
        told(
          `nobody saw it; ${counted(failed, 'request', 'requests')} failed otherwise`,
          `no la vio nadie; ${counted(failed, 'petición falló', 'peticiones fallaron')} de otro modo`,
        ),
      );
    return yes(
      told(
        `${counted(sorry, 'request', 'requests')} saw it while everything was down, ${failed} failed otherwise`,
        `${counted(sorry, 'petición la vio', 'peticiones la vieron')} mientras todo estaba caído, ${counted(failed, 'falló', 'fallaron')} de otro modo`,
      ),
    );
  },
};

const noPage = told(
  'its policy names no page of its own (spec.sorry.configMap)',
  'su política no nombra una página propia (spec.sorry.configMap)',
);
