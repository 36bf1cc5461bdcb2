// Counter.

import type { Counter } from '../../plan/plan.ts';
import { numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { TestElement } from '../tree/test-element.ts';

export function readCounter(element: TestElement, reading: Reading): Counter[] {
  const settings = reading.settings(element);
  const format = settings.text('CounterConfig.format').trim();
  const end = numberOf(settings, 'CounterConfig.end', { empty: '' });
  if (!/^0*$/.test(format)) settings.refuse('CounterConfig.format', 'a number format of more than zeros');
  const counter = {
    id: reading.idOf(element, 'counter', () => {}),
    start: numberOf(settings, 'CounterConfig.start', { empty: '0' }),
    ...(end === '' ? {} : { end }),
    step: numberOf(settings, 'CounterConfig.incr', { empty: '0' }),
    ...(/^0+$/.test(format) ? { format } : {}),
    variable: settings.text('CounterConfig.name').trim(),
    perUser: settings.flag('CounterConfig.per_user'),
    resetOnIteration: settings.flag('CounterConfig.reset_on_tg_iteration'),
  };
  settings.refuseRest();
  // Without a variable nobody sees it.
  return counter.variable === '' ? [] : [counter];
}
