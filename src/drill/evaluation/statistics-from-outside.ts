// Whether the statistics can be read from outside: by the address that this machine has for others.

import { fromOutside } from '../run/probes/http-look.ts';
import { impossible, no, type Question, yes } from './question.ts';
import { noBalancer, statisticsPage } from './statistics-page.ts';

export const statisticsFromOutside: Question = {
  id: 'statistics-from-outside',
  group: 'classic',
  text: {
    en: 'Can the statistics be read from outside?',
    es: '¿Se pueden leer las estadísticas desde fuera?',
  },
  async ask({ world, signal }) {
    try {
      const seen = await statisticsPage(world, signal, fromOutside);
      if (!seen) return impossible(noBalancer);
      const { status } = seen.answer;
      return status === 200 ? yes(`${seen.url} answers ${status}`) : no(`${seen.url} answers ${status}`);
    } catch (error) {
      return no(`not by the address that this machine has for others: ${(error as Error).message}`);
    }
  },
};
