// User Parameters, and Random Variable, which is the same with a function for a value.

import type { NameValue, UserParameters } from '../../plan/template.ts';
import { numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { TestElement, Value } from '../tree/test-element.ts';
import type { Level } from './level.ts';

/** Set anew for every sampler in its scope, or once per iteration of the controller around it. */
export function readUserParameters(element: TestElement, level: Level, reading: Reading): void {
  const settings = reading.settings(element);
  const names = settings.list('UserParameters.names').map(textOf);
  const perIteration = settings.flag('UserParameters.per_iteration');
  const sets = settings
    .list('UserParameters.thread_values')
    .map((user): NameValue[] => valuesOf(user).map((value, index) => ({ name: names[index] ?? '', value })))
    .map((set) => set.filter(({ name }) => name !== ''));
  settings.refuseRest();
  if (sets.some((set) => set.length > 0)) add({ perIteration, sets }, level);
}

function add(parameters: UserParameters, level: Level): void {
  if (parameters.perIteration) level.iterated.userParameters.push(parameters);
  else level.userParameters.push(parameters);
}

function textOf(value: Value): string {
  return value.kind === 'text' ? value.text : '';
}

function valuesOf(user: Value): string[] {
  return user.kind === 'list' ? user.items.map(textOf) : [];
}

export function readRandomVariable(element: TestElement, level: Level, reading: Reading): void {
  const settings = reading.settings(element);
  const least = numberOf(settings, 'minimumValue', { empty: '1' });
  const most = numberOf(settings, 'maximumValue', { empty: '' });
  const name = settings.text('variableName').trim();
  settings.refuse('outputFormat', 'a number format');
  settings.refuse('randomSeed', 'a seed');
  // Whose generator it is makes no difference without a seed.
  settings.ignore('perThread');
  settings.refuseRest();
  if (name === '') return;
  if (most === '') {
    reading.findings.fault(element.line, `${element.path}: maximumValue is empty`);
    return;
  }
  const value = `\${__Random(${least},${most})}`;
  add({ perIteration: true, sets: [[{ name, value }]] }, level);
}
