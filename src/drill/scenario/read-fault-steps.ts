// The steps of a drill in which something goes wrong: when, for how long, and with the parameters that the fault knows.

import { durationMs } from '../../api/measures.ts';
import { applySchemaDefaults } from '../../api/schema/default-values.ts';
import { validateStructure } from '../../api/schema/structural.ts';
import { findUnknownFields } from '../../api/schema/unknown-fields.ts';
import type { Fault } from '../fault/fault.ts';
import { lastsWith } from '../fault/lasts.ts';
import type { FaultStep } from './scenario.ts';
import type { WrittenFault } from './written.ts';

export type KnownFaults = ReadonlyMap<string, Pick<Fault, 'lasts' | 'lastsIf' | 'parameters'>>;

/** `field` is such as `faults[0].with`. */
type Tell = (field: string, message: string) => void;

/** `tell` hears of everything that is wrong. */
export function readFaultSteps(
  steps: readonly WrittenFault[],
  known: KnownFaults | undefined,
  tell: Tell,
): FaultStep[] {
  return steps.map((step, index) => {
    const at = `faults[${index}]`;
    if (known) checkAgainst(known, step, at, (field, message) => tell(field, message));
    if (step.at !== undefined && step.after !== undefined) tell(at, 'has at and after: one of them');
    if (index === 0 && step.after !== undefined)
      tell(`${at}.after`, 'counts from the fault before, and this is the first: write at');
    return {
      ...{ fault: step.fault, start: startOf(step), parameters: step.with },
      ...(step.for === undefined ? {} : { forMs: durationMs(step.for) }),
    };
  });
}

function startOf({ at = '0s', after }: WrittenFault): FaultStep['start'] {
  return after === undefined ? { type: 'at', ms: durationMs(at) } : { type: 'after', ms: durationMs(after) };
}

function checkAgainst(known: KnownFaults, step: WrittenFault, at: string, tell: Tell): void {
  const fault = known.get(step.fault);
  if (!fault) {
    tell(`${at}.fault`, `there is no fault "${step.fault}": there are ${[...known.keys()].join(', ')}`);
    return;
  }
  for (const text of findUnknownFields(fault.parameters, step.with)) {
    const field = /"(.*)"$/.exec(text)?.[1] ?? '';
    tell(`${at}.with.${field}`, `${step.fault} knows no such field${fieldsOf(fault)}`);
  }
  applySchemaDefaults(fault.parameters, step.with);
  if (step.for !== undefined && !lastsWith(fault, step.with))
    tell(`${at}.for`, `${step.fault} is over at once as it is here: there is nothing to undo after a while`);
  for (const { field, message } of validateStructure(fault.parameters, step.with))
    tell(`${at}.with${field === '' ? '' : `.${field}`}`, withoutField(message, field));
}

/** Kubernetes' wording begins with the field, which is told with its whole path already. */
function withoutField(message: string, field: string): string {
  return message.startsWith(field) ? message.slice(field.length).replace(/^[\s:]+/, '') : message;
}

function fieldsOf({ parameters }: Pick<Fault, 'parameters'>): string {
  const names = Object.keys(parameters.properties ?? {});
  return names.length === 0 ? '' : `: it has ${names.join(', ')}`;
}
