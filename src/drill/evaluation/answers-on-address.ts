// Whether the service answers on an address that has moved. Without one that moves: after a fall of the balancer.

import { es } from '../report/words/es.ts';
import { told } from '../told.ts';
import { impossible, type Question } from './question.ts';

export const answersOnAddress: Question = {
  id: 'answers-on-address',
  group: 'nine',
  text: {
    en: 'Does the service answer on the address that has moved?',
    es: '¿Responde el servicio en la dirección que se ha movido?',
  },
  async ask({ results }) {
    const killed = results.get('balancer-killed');
    if (!killed) return impossible(noneMoves);
    const { verdict } = killed;
    return impossible(
      told(
        `${noneMoves.en}; on its own address, a killed balancer came to: ${verdict}`,
        `${noneMoves.es}; en su propia dirección, un balanceador eliminado dio: ${es.verdict[verdict]}`,
      ),
    );
  },
};

const noneMoves = told('there is no address that moves', 'no hay ninguna dirección que se mueva');
