// Debug Sampler: a sample that lists what the user knows.

import type { DebugStep } from '../../plan/plan.ts';
import type { Reading } from '../reading.ts';
import { inForce, type Surroundings } from '../scope/surroundings.ts';
import type { TestElement } from '../tree/test-element.ts';

export function readDebugSampler(element: TestElement, around: Surroundings, reading: Reading): DebugStep {
  const settings = reading.settings(element);
  const variables = settings.flag('displayJMeterVariables', true);
  const properties = settings.flag('displayJMeterProperties');
  if (settings.flag('displaySystemProperties')) {
    reading.findings.adaptedAt(element, 'there are no system properties of Java');
  }
  settings.refuseRest();
  const shows = [
    ...(variables ? (['variables'] as const) : []),
    ...(properties ? (['properties'] as const) : []),
  ];
  return { type: 'debug', name: element.name, at: element.path, shows, ...inForce(around) };
}
