// Open Model Thread Group: its schedule, such as `rate(10/sec) random_arrivals(1 min) rate(20/sec) pause(5 sec)`.

import type { OpenLoad, Stage } from '../../plan/plan.ts';
import type { Settings } from '../settings.ts';

/** JMeter has no limit; this one keeps a target that hangs from taking the generator's memory. */
const mostUsers = 10_000;

/** Undefined: it cannot be carried out, which has been told. */
export function readOpenModel(settings: Settings): OpenLoad | undefined {
  const schedule = settings.textNow('OpenModelThreadGroup.schedule');
  settings.refuse('OpenModelThreadGroup.random_seed', 'a seed');
  settings.ignore('ThreadGroup.main_controller');
  const { findings, element } = settings;
  if (schedule === undefined) {
    settings.refuse('OpenModelThreadGroup.schedule', 'a schedule with an expression');
    return undefined;
  }
  const parsed = parseSchedule(schedule);
  if (typeof parsed === 'string') {
    findings.fault(element.line, `${element.path}: the schedule ${parsed}`);
    return undefined;
  }
  if (parsed.arrivals.size > 1) {
    settings.refuse('OpenModelThreadGroup.schedule', 'even and random arrivals in one schedule');
    return undefined;
  }
  const arrivals = parsed.arrivals.has('poisson') ? 'poisson' : 'even';
  return { model: 'open', stages: parsed.stages, arrivals, maxUsers: mostUsers };
}

interface Schedule {
  readonly stages: readonly Stage[];
  readonly arrivals: ReadonlySet<OpenLoad['arrivals']>;
}

const step = /(\w+)\s*\(([^()]*)\)\s*/y;

const longestSchedule = 10_000;

/** A text is what is wrong with it. Two rates around arrivals are a ramp; one is kept until the next. */
export function parseSchedule(text: string): Schedule | string {
  if (text.length > longestSchedule) return `has more than ${longestSchedule} characters`;
  const stages: Stage[] = [];
  const arrivals = new Set<OpenLoad['arrivals']>();
  const words = wordsOf(text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ').trim());
  if (typeof words === 'string') return words;
  let rate = 0;
  for (const [index, { name, value }] of words.entries()) {
    if (name === 'rate') {
      rate = value;
    } else if (name === 'pause') {
      stages.push({ fromRate: 0, toRate: 0, durationMs: value });
    } else {
      arrivals.add(name === 'even_arrivals' ? 'even' : 'poisson');
      const next = words[index + 1];
      stages.push({ fromRate: rate, toRate: next?.name === 'rate' ? next.value : rate, durationMs: value });
    }
  }
  return stages.length === 0 ? 'has no arrivals' : { stages, arrivals };
}

interface Word {
  readonly name: 'rate' | 'pause' | 'even_arrivals' | 'random_arrivals';
  /** Per second, or milliseconds. */
  readonly value: number;
}

function wordsOf(text: string): Word[] | string {
  const words: Word[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const start = step.lastIndex;
    const [, name = '', argument = ''] = step.exec(text) ?? [];
    if (name === '') return `is not understood from "${text.slice(start, start + 30)}" on`;
    const word = wordOf(name, argument.trim());
    if (word === undefined) return `has "${name}(${argument})", which is not understood`;
    words.push(word);
  }
  return words;
}

const secondsOfUnit: Readonly<Record<string, number>> = {
  '': 1,
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
};

function wordOf(name: string, argument: string): Word | undefined {
  const separator = name === 'rate' ? '\\s*/\\s*' : '\\s*';
  const [, digits, unit = ''] =
    new RegExp(`^(\\d+(?:\\.\\d+)?)(?:${separator}([a-z]+))?$`).exec(argument) ?? [];
  const seconds = Object.hasOwn(secondsOfUnit, unit) ? secondsOfUnit[unit] : undefined;
  if (digits === undefined || seconds === undefined) return undefined;
  if (name === 'rate') return { name, value: Number(digits) / seconds };
  if (name !== 'pause' && name !== 'even_arrivals' && name !== 'random_arrivals') return undefined;
  return { name, value: Number(digits) * seconds * 1000 };
}
