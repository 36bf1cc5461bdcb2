// Whether the statistics can be read from outside: by the address that this machine has for others.

import { fromOutside, onlyLoopback } from '../run/probes/http-look.ts';
import { headed, type Told, told, toldOf } from '../told.ts';
import { impossible, no, type Question, yes } from './question.ts';
import { answersWith, noBalancer, statisticsPage } from './statistics-page.ts';

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
      return seen.answer.status === 200 ? yes(answersWith(seen)) : no(answersWith(seen));
    } catch (error) {
      if (toldOf(error) === onlyLoopback) return impossible(onlyLoopback);
      const { cause } = error as Error;
      const isClosed = (cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
      return no(headed(notFromOutside, isClosed ? withWay(toldOf(error)) : toldOf(error)));
    }
  },
};

const notFromOutside = told(
  'not by the address that this machine has for others',
  'no por la dirección que esta máquina tiene para los demás',
);

/** What opens it. */
function withWay({ en, es }: Told): Told {
  return told(
    `${en}; start it with "relevo up --listen 0.0.0.0"`,
    `${es}; arráncalo con «relevo up --listen 0.0.0.0»`,
  );
}
