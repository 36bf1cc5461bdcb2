// Whether the administration page can be seen.

import { counted } from '../counted.ts';
import { told } from '../told.ts';
import { impossible, no, type Question, yes } from './question.ts';
import { answersWith, noBalancer, statisticsPage } from './statistics-page.ts';

export const administrationPage: Question = {
  id: 'administration-page',
  group: 'nine',
  text: {
    en: 'Is the administration page visible?',
    es: '¿Se ve la página de administración?',
  },
  async ask({ world, signal }) {
    const seen = await statisticsPage(world, signal);
    if (!seen) return impossible(noBalancer);
    const { status, body } = seen.answer;
    if (status !== 200) return no(answersWith(seen));
    return yes(
      told(
        `${seen.url} answers ${status} with ${counted(body.length, 'character', 'characters')}`,
        `${seen.url} responde ${status} con ${counted(body.length, 'carácter', 'caracteres')}`,
      ),
    );
  },
};
