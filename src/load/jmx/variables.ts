// User Defined Variables: JMeter takes those of the whole file, wherever they stand, before anything runs.

import type { PlanVariable } from '../plan/template.ts';
import type { Reading } from './reading.ts';
import type { Settings } from './settings.ts';
import type { TestElement } from './tree/test-element.ts';

/** From the top of the file to its end; the plan's own table is the first. */
export function readVariables(testPlan: TestElement, reading: Reading): PlanVariable[] {
  const own = reading.settings(testPlan).inner('TestPlan.user_defined_variables');
  return [...(own === undefined ? [] : argumentsOf(own, reading)), ...variablesBelow(testPlan, reading)];
}

/** Of the elements below it, at any depth. */
export function variablesBelow({ children }: TestElement, reading: Reading): PlanVariable[] {
  return children.flatMap((element) => {
    if (!element.isEnabled) return [];
    if (element.className === 'Arguments') return argumentsOf(reading.settings(element), reading);
    return variablesBelow(element, reading);
  });
}

function argumentsOf(settings: Settings, reading: Reading): PlanVariable[] {
  const table = reading.idOf(settings.element, 'variables', () => {});
  return settings.elements('Arguments.arguments').flatMap((argument) => {
    const name = argument.text('Argument.name', argument.element.name).trim();
    return name === '' ? [] : [{ name, value: argument.text('Argument.value'), table }];
  });
}
