// Whether the address of the service moves to another balancer when one is lost.

import { told } from '../told.ts';
import { impossible, type Question } from './question.ts';

const why = told(
  'there is one balancer, with addresses of this machine: an address that moves takes a pair of balancers and a floating address between them',
  'hay un solo balanceador, con direcciones de esta máquina: para que una dirección se mueva hacen falta dos balanceadores y una dirección flotante entre ellos',
);

export const addressMoves: Question = {
  id: 'address-moves',
  group: 'nine',
  text: {
    en: 'Does the address move to the other balancer?',
    es: '¿Se mueve la dirección al otro balanceador?',
  },
  async ask() {
    return impossible(why);
  },
};
