// Functions that give times and dates. What a pattern or date cannot be read as is an empty text, as with JMeter.

import { DatePattern } from '../dates/date-pattern.ts';
import { isoDurationMs } from '../dates/duration.ts';
import type { ValueContext } from '../value-context.ts';
import { CannotEvaluate, stored, type TemplateFunction } from './function.ts';

const dayMs = 86_400_000;
/** Of jmeter.properties; a property `time.NAME` goes before them. */
const aliases: Readonly<Record<string, string>> = {
  YMD: 'yyyyMMdd',
  HMS: 'HHmmss',
  YMDHMS: 'yyyyMMdd-HHmmss',
};

export const dateFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** Pattern (none: milliseconds; `/1000`: seconds), variable. */
  __time: {
    least: 0,
    most: 2,
    call: ([format = '', variable], context) => stored(context, variable, time(format.trim(), context)),
    problem: ([format]) => (/^\/\d+$/.test(format?.trim() ?? '') ? undefined : patternProblem(format)),
  },
  /** Pattern, date (now), duration, locale, variable; with four of them there is no locale. */
  __timeShift: {
    least: 4,
    most: 5,
    call: (args, context) => {
      const [format = '', date = '', amount = ''] = args.map((arg) => arg.trim());
      const [locale, variable] = args.length === 4 ? ['', args[3]] : [args[3]?.trim(), args[4]];
      const pattern = format === '' ? undefined : patternOf(format, locale);
      const from = date === '' ? undefined : (pattern?.parse(date) ?? (pattern ? undefined : numberOf(date)));
      const shifted = (from ?? Date.now()) + (isoDurationMs(amount) ?? 0);
      return stored(context, variable, pattern ? pattern.format(shifted) : String(shifted));
    },
    problem: ([format]) => patternProblem(format),
  },
  /** Pattern (yyyy-MM-dd), first day (today), the day behind the last, locale, variable. */
  __RandomDate: {
    least: 3,
    most: 5,
    call: ([format = '', from = '', to = '', locale, variable], context) => {
      const pattern = patternOf(format.trim() || 'yyyy-MM-dd', locale?.trim());
      const first = from.trim() === '' ? Date.now() : (pattern.parse(from.trim()) ?? 0);
      const end = pattern.parse(to.trim()) ?? 0;
      const days = dayOf(end) - dayOf(first);
      if (days < 0) return '';
      if (days === 0) throw new CannotEvaluate(`no day between ${from} and ${to}`);
      const day = dayOf(first) + Math.floor(context.random() * days);
      const date = new Date(day * dayMs);
      const local = new Date(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
      return stored(context, variable, pattern.format(local.getTime()));
    },
    problem: ([format]) => patternProblem(format),
  },
  /** Date, its pattern (none: milliseconds), pattern that it is to have, variable. */
  __dateTimeConvert: {
    least: 3,
    most: 4,
    call: ([date = '', from = '', to = '', variable], context) => {
      const time = from === '' ? numberOf(date) : patternOf(from).parse(date);
      return time === undefined ? '' : stored(context, variable, patternOf(to).format(time));
    },
    problem: ([, from, to]) => patternProblem(from) ?? patternProblem(to),
  },
};

function time(format: string, { properties }: ValueContext): string {
  if (format === '') return String(Date.now());
  if (/^\/\d+$/.test(format)) return String(Math.floor(Date.now() / Number(format.slice(1))));
  return patternOf(properties.get(`time.${format}`) ?? aliases[format] ?? format).format(Date.now());
}

/** Of the day in this machine's zone: its number, from 1970 on. */
function dayOf(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / dayMs;
}

function numberOf(text: string): number | undefined {
  return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
}

const patterns = new Map<string, DatePattern>();
/** Plans have a handful; more come only from patterns put together at random. */
const mostPatterns = 100;

function patternOf(format: string, locale = ''): DatePattern {
  const key = `${locale} ${format}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    if (patterns.size >= mostPatterns) patterns.clear();
    pattern = newPattern(format, locale);
    patterns.set(key, pattern);
  }
  return pattern;
}

function newPattern(format: string, locale: string): DatePattern {
  try {
    return new DatePattern(format, locale || 'en');
  } catch (cause) {
    throw new CannotEvaluate((cause as Error).message, { cause });
  }
}

function patternProblem(format: string | undefined): string | undefined {
  if (format === undefined) return undefined;
  try {
    patternOf(aliases[format.trim()] ?? format.trim());
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
