// Whether the service answers on an address that has moved. Without one that moves: after a fall of the balancer.

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
    const instead = killed && `; on its own address, a killed balancer came to: ${killed.verdict}`;
    return impossible(`there is no address that moves${instead ?? ''}`);
  },
};
