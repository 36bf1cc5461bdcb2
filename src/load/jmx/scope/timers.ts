// Timers.

import type { Timer } from '../../plan/http-step.ts';
import { constantOf, numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { Settings } from '../settings.ts';
import type { TestElement } from '../tree/test-element.ts';
import type { Level } from './level.ts';

/** Undefined: what it asks for is not supported, and has been told. */
type TimerReader = (settings: Settings, reading: Reading) => Timer | undefined;

const delayOf = (settings: Settings) =>
  numberOf(settings, 'ConstantTimer.delay', { empty: '0', least: 0, isWhole: false });
const rangeOf = (settings: Settings) =>
  numberOf(settings, 'RandomTimer.range', { empty: '0', least: 0, isWhole: false });

const readers: Readonly<Record<string, TimerReader>> = {
  ConstantTimer: (settings) => ({ type: 'constant', delayMs: delayOf(settings) }),
  UniformRandomTimer: (settings) => ({
    type: 'uniform',
    delayMs: delayOf(settings),
    rangeMs: rangeOf(settings),
  }),
  GaussianRandomTimer: (settings) => ({
    type: 'gaussian',
    delayMs: delayOf(settings),
    deviationMs: rangeOf(settings),
  }),
  PoissonRandomTimer: (settings) => ({
    type: 'poisson',
    delayMs: delayOf(settings),
    lambdaMs: rangeOf(settings),
  }),
  ConstantThroughputTimer: constantThroughput,
  PreciseThroughputTimer: preciseThroughput,
  SyncTimer: (settings, reading) => ({
    type: 'synchronizing',
    id: timerId(settings, reading),
    users: numberOf(settings, 'groupSize', { empty: '0', least: 0 }),
    timeoutMs: numberOf(settings, 'timeoutInMs', { empty: '0', least: 0 }),
  }),
};

/** False: it is none of them. */
export function readTimer(element: TestElement, level: Level, reading: Reading): boolean {
  if (!Object.hasOwn(readers, element.className)) return false;
  const settings = reading.settings(element);
  const timer = readers[element.className]?.(settings, reading);
  settings.refuseRest();
  if (timer !== undefined) level.timers.push(timer);
  return true;
}

function timerId(settings: Settings, reading: Reading): string {
  return reading.idOf(settings.element, 'timer', () => {});
}

const calculationModes = [
  'this-user',
  'all-users',
  'all-users-of-group',
  'all-users-shared',
  'all-users-of-group-shared',
] as const;

/** As JMeter's window says them, in the order of their numbers; a file may have either. */
const modeTexts = [
  'this thread only',
  'all active threads',
  'all active threads in current thread group',
  'all active threads (shared)',
  'all active threads in current thread group (shared)',
];

function constantThroughput(settings: Settings, reading: Reading): Timer | undefined {
  const perMinute = numberOf(settings, 'throughput', { empty: '0', least: 0, isWhole: false });
  const text = settings.text('calcMode', '0').trim();
  const of = calculationModes[modeIndex(text)];
  if (of === undefined) {
    settings.refuse('calcMode', `"${text}", which is none of its five ways to count`);
    return undefined;
  }
  return { type: 'throughput', id: timerId(settings, reading), perMinute, of };
}

function modeIndex(text: string): number {
  const [, key] = /^calcMode\.(\d+)$/.exec(text) ?? [];
  if (key !== undefined) return Number(key) - 1;
  return /^\d+$/.test(text) ? Number(text) : modeTexts.indexOf(text.toLowerCase());
}

/** A schedule of its group: a Poisson process in JMeter, evenly spaced here. */
function preciseThroughput(settings: Settings, reading: Reading): Timer | undefined {
  const throughput = constantOf(numberOf(settings, 'throughput', { empty: '100', least: 0, isWhole: false }));
  const period = constantOf(numberOf(settings, 'throughputPeriod', { empty: '3600', least: 1 }));
  const batch = settings.text('batchSize', '1').trim();
  // They shape the random arrivals.
  settings.ignore('duration', 'exactLimit', 'allowedThroughputSurplus', 'randomSeed', 'batchThreadDelay');
  if (throughput === undefined || period === undefined) {
    settings.findings.unsupportedAt(settings.element, 'a throughput with an expression');
    return undefined;
  }
  if (!['', '0', '1'].includes(batch)) settings.refuse('batchSize', 'batches');
  settings.findings.adaptedAt(settings.element, 'arrivals are evenly spaced instead of random');
  const perMinute = String(period === 0 ? 0 : (throughput * 60) / period);
  const id = timerId(settings, reading);
  return { type: 'throughput', id, perMinute, of: 'all-users-of-group-shared' };
}
