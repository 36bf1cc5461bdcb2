// `--listen` of the verbs that open ports of this machine.

import { InvalidArgumentError, Option } from 'commander';
import { listenAddress } from '../machinery/listen-address.ts';

/** `use`: what is reached at the address, as its sentence goes on. */
export function listenOption(use: string): Option {
  const text = `an address of this machine, or 0.0.0.0 or :: for all it has, ${use}`;
  return new Option('--listen <address>', text).argParser(addressOf);
}

function addressOf(text: string): string {
  const found = listenAddress(text);
  if ('address' in found) return found.address;
  throw new InvalidArgumentError(found.problem);
}
