// Whether a fault goes on until it is undone.

import type { Fault, Parameters } from './fault.ts';

/** As a drill asks for it; false: it is over in the moment of its proof. */
export function lastsWith(fault: Pick<Fault, 'lasts' | 'lastsIf'>, parameters: Parameters): boolean {
  return fault.lastsIf?.(parameters) ?? fault.lasts;
}
