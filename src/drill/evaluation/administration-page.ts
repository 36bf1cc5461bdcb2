// Whether the administration page can be seen.

import { impossible, no, type Question, yes } from './question.ts';
import { noBalancer, statisticsPage } from './statistics-page.ts';

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
    return status === 200
      ? yes(`${seen.url} answers ${status} with ${body.length} characters`)
      : no(`${seen.url} answers ${status}`);
  },
};
