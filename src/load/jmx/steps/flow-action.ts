// Flow Control Action (JMeter 2.13: Test Action): a pause, or an end of something.

import type { Stop } from '../../plan/http-step.ts';
import type { Step } from '../../plan/plan.ts';
import { numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { Surroundings } from '../scope/surroundings.ts';
import type { TestElement } from '../tree/test-element.ts';

/** Values of ActionProcessor.action, 1 apart: that is the pause. Those of the first two depend on the target. */
const actions: Readonly<Record<string, { readonly user: Stop; readonly test: Stop }>> = {
  '0': { user: 'user', test: 'test' },
  '2': { user: 'user', test: 'test-now' },
  '3': { user: 'iteration', test: 'iteration' },
  '4': { user: 'loop', test: 'loop' },
  '5': { user: 'loop-break', test: 'loop-break' },
};

export function readFlowAction(element: TestElement, around: Surroundings, reading: Reading): Step[] {
  const settings = reading.settings(element);
  const action = settings.text('ActionProcessor.action', '1').trim();
  const target = settings.text('ActionProcessor.target', '0').trim() === '2' ? 'test' : 'user';
  const ms = numberOf(settings, 'ActionProcessor.duration', { empty: '0', least: 0 });
  settings.refuseRest();
  if (around.userParameters.length > 0) {
    reading.findings.adaptedAt(element, 'User Parameters around it are set by requests alone');
  }
  const { name } = element;
  const timers = around.timers.length === 0 ? {} : { timers: around.timers };
  if (action === '1') return [{ type: 'pause', name, ms, ...timers }];
  const what = Object.hasOwn(actions, action) ? actions[action]?.[target] : undefined;
  if (what !== undefined) return [{ type: 'stop', name, what, ...timers }];
  settings.refuse('ActionProcessor.action', `the action ${action}`);
  return [];
}
