// Logic controllers: what each has of its own. What stands below them is read by read-steps.ts.

import type { ControllerStep } from '../../plan/plan.ts';
import { constantOf, numberOf, secondsToMs } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { Settings } from '../settings.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** Of a controller without name and contents. */
export type ControllerKind = DistributiveOmit<
  ControllerStep,
  'name' | 'steps' | 'dataFiles' | 'counters' | 'userParameters'
>;

/** Undefined: it has a setting without which it cannot be carried out, and that has been told. */
export type ControllerReader = (settings: Settings, reading: Reading) => ControllerKind | undefined;

const simple: ControllerReader = () => ({ type: 'simple' });

export const controllers: Readonly<Record<string, ControllerReader>> = {
  GenericController: simple,
  // Recorders put requests there.
  RecordingController: simple,
  LoopController: loop,
  IfController: (settings) => ({
    type: 'if',
    condition: settings.text('IfController.condition'),
    isExpression: settings.flag('IfController.useExpression'),
    evaluateForEach: settings.flag('IfController.evaluateAll'),
  }),
  WhileController: (settings) => ({
    type: 'while',
    condition: settings.text('WhileController.condition').trim(),
  }),
  OnceOnlyController: () => ({ type: 'once' }),
  InterleaveControl: (settings) => ({
    type: 'interleave',
    ignoreSubControllers: ignoresSubControllers(settings),
    // JMeter's own spelling.
    acrossUsers: settings.flag('InterleaveControl.accrossThreads'),
  }),
  RandomController: (settings) => ({
    type: 'random',
    ignoreSubControllers: ignoresSubControllers(settings),
  }),
  RandomOrderController: () => ({ type: 'random-order' }),
  ThroughputController: throughput,
  TransactionController: transaction,
  ForeachController: forEach,
  RunTime: (settings) => ({
    type: 'runtime',
    ms: secondsToMs(numberOf(settings, 'RunTime.seconds', { empty: '0', least: 0 })),
  }),
  CriticalSectionController: (settings) => ({
    type: 'critical-section',
    lock: settings.text('CriticalSectionController.lockName'),
  }),
  SwitchController: (settings) => ({ type: 'switch', value: settings.text('SwitchController.value') }),
};

function loop(settings: Settings): ControllerKind {
  // It says whether the loop may be entered again, which it always may inside another.
  settings.ignore('LoopController.continue_forever');
  const count = numberOf(settings, 'LoopController.loops', { empty: '0', least: -1 });
  return constantOf(count) === -1 ? { type: 'loop' } : { type: 'loop', count };
}

/** InterleaveControl.style: 0 ignores them, 1 uses them. */
function ignoresSubControllers(settings: Settings): boolean {
  return settings.text('InterleaveControl.style', '0').trim() !== '1';
}

function throughput(settings: Settings, reading: Reading): ControllerKind {
  const isPercent = settings.text('ThroughputController.style', '0').trim() === '1';
  const total = numberOf(settings, 'ThroughputController.maxThroughput', { empty: '0', least: 0 });
  const percent = numberOf(settings, 'ThroughputController.percentThroughput', {
    empty: '0',
    least: 0,
    isWhole: false,
  });
  return {
    type: 'throughput',
    mode: isPercent ? 'percent' : 'total',
    value: isPercent ? percent : total,
    perUser: settings.flag('ThroughputController.perThread'),
    id: reading.idOf(settings.element, 'throughput', () => {}),
  };
}

function transaction(settings: Settings): ControllerKind {
  return {
    type: 'transaction',
    parentSample: settings.flag('TransactionController.parent'),
    // Plans of before the setting measured pauses too.
    includeTimers: settings.flag('TransactionController.includeTimers', true),
  };
}

function forEach(settings: Settings): ControllerKind {
  const from = numberOf(settings, 'ForeachController.startIndex', { empty: '', least: 0 });
  const to = numberOf(settings, 'ForeachController.endIndex', { empty: '', least: 0 });
  return {
    type: 'foreach',
    input: settings.text('ForeachController.inputVal').trim(),
    output: settings.text('ForeachController.returnVal').trim(),
    separator: settings.flag('ForeachController.useSeparator', true),
    ...(from === '' ? {} : { from }),
    ...(to === '' ? {} : { to }),
  };
}
