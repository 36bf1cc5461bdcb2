// Result Status Action Handler: what ends when a sample in its scope is not good.

import type { Stop } from '../../plan/http-step.ts';
import type { Reading } from '../reading.ts';
import type { TestElement } from '../tree/test-element.ts';
import type { Level } from './level.ts';

/** Values of OnError.action; 0 goes on. The last two are of JMeter 5. */
const actions: Readonly<Record<string, Stop>> = {
  '1': 'user',
  '2': 'test',
  '3': 'test-now',
  '4': 'iteration',
  '5': 'loop',
  '6': 'loop-break',
};

export function readResultAction(element: TestElement, level: Level, reading: Reading): void {
  const settings = reading.settings(element);
  const action = settings.text('OnError.action', '0').trim();
  settings.refuseRest();
  const what = Object.hasOwn(actions, action) ? actions[action] : undefined;
  if (what !== undefined) level.onFailure.push(what);
  else if (action !== '0') settings.refuse('OnError.action', `the action ${action}`);
}
