// A fault from what is its own: when a look began to hold, and how late that may be known, is the same for all of them.

import type { Schema } from '../../api/schema.ts';
import { machineTime } from '../../base/machine-time.ts';
import type { Told } from '../told.ts';
import type { TargetView } from '../world/world.ts';
import type { Fault, Injection, Parameters, Proof } from './fault.ts';
import { whyNoNodes, whyNoPods } from './need/victims.ts';
import { parametersOf } from './parameters.ts';

export interface FaultDefinition extends Omit<Fault, 'parameters' | 'proof'> {
  readonly parameters: Readonly<Record<string, Schema>>;
  /** Names of parameters that have to be given. */
  readonly required?: readonly string[];
  /** One look, by means other than those that did it. */
  look(injection: Injection): Promise<Look>;
}

/** Undefined: it does not hold yet. `perhaps`: it may hold since this look or an earlier one, and more has to be seen before that is sure. */
export type Look = Evidence | 'perhaps' | undefined;

export interface Evidence {
  readonly text: Told;
  /** machineTime() from which on it shows the fault to hold; undefined: since this look. */
  readonly since?: number;
}

/** The key of a note: machineTime() when it was last known not to hold. */
const lastGood = 'last good';

/** Those who are named, and so many as are wanted, have to be there. */
function whyNobody(
  parameters: FaultDefinition['parameters'],
  target: TargetView,
  given: Parameters,
): Told | undefined {
  if ('pod' in parameters) return whyNoPods(target, given);
  return 'node' in parameters ? whyNoNodes(target, given) : undefined;
}

/** For an inject() that has looked around first, when it begins to do something. */
export function beginsNow({ notes }: Injection): void {
  notes.set(lastGood, machineTime());
}

export function defineFault(definition: FaultDefinition): Fault {
  const { parameters, required, look, inject, impossible, ...rest } = definition;
  const more = required ? { required: [...required] } : {};
  return {
    ...rest,
    parameters: parametersOf(rest.name, parameters, more),
    async impossible(world, target, given) {
      return (await impossible(world, target, given)) ?? whyNobody(parameters, target, given);
    },
    inject(injection) {
      beginsNow(injection);
      return inject(injection);
    },
    async proof(injection): Promise<Proof | undefined> {
      const begun = machineTime();
      const before = (injection.notes.get(lastGood) as number | undefined) ?? begun;
      const seen = await look(injection);
      if (seen === 'perhaps') return undefined;
      if (seen === undefined) {
        injection.notes.set(lastGood, begun);
        return undefined;
      }
      const at = seen.since ?? machineTime();
      return { at, uncertaintyMs: Math.max(0, at - before), evidence: seen.text };
    },
  };
}
