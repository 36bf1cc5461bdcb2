// From the command line of `relevo load run` to a plan: an address with flags, or a file.

import { InvalidArgumentError } from 'commander';
import { durationMs } from '../api/measures.ts';
import type { Plan } from '../load/plan/plan.ts';
import { readPlanFile } from '../load/plan/read-plan-file.ts';
import { planOfUrl } from '../load/plan/url-plan.ts';
import { rateOf } from '../load/plan/yaml/read-plan.ts';
import { UsageError } from './errors.ts';

export interface PlanOptions {
  users?: number;
  rampUp?: number;
  loops?: number;
  rate?: number;
  duration?: number;
  think?: number;
  method: string;
  header: string[];
  data?: string;
  keepAlive: boolean;
  threshold: string[];
  property: string[];
  skipUnsupported: boolean;
}

/** `20s`, `1m30s` as milliseconds. */
export function duration(text: string): number {
  try {
    return durationMs(text);
  } catch {
    throw new InvalidArgumentError('write a duration such as 500ms, 20s or 1m30s.');
  }
}

/** `50/s`, `3000/m`, or a number a second. */
export function rate(text: string): number {
  const perSecond = /^\d+(\.\d+)?(\/[smh])?$/.test(text) ? rateOf(text) : Number.NaN;
  if (perSecond > 0) return perSecond;
  throw new InvalidArgumentError('write a rate such as 50/s or 3000/m.');
}

/** `warn` is told what of a .jmx is left out. Throws PlanError and UsageError. */
export function planFor(what: string, options: PlanOptions, warn: (line: string) => void): Plan {
  if (/^https?:\/\//i.test(what)) return ofUrl(what, options);
  if (/^\w+:\/\//.test(what)) throw new UsageError(`"${what}": addresses begin with http:// or https://`);
  return ofFile(what, options, warn);
}

function ofUrl(url: string, options: PlanOptions): Plan {
  const { users, rampUp, rate: perSecond, duration: durationInMs, think, loops } = options;
  if (!URL.canParse(url)) throw new UsageError(`"${url}" is no address`);
  if (perSecond !== undefined && users !== undefined)
    throw new UsageError('--users and --rate: one of them; --rate has as many users as it takes');
  if (perSecond !== undefined && durationInMs === undefined)
    throw new UsageError('--rate needs --duration: how long it goes on');
  if (perSecond !== undefined && (loops ?? rampUp ?? think) !== undefined)
    throw new UsageError('--loops, --ramp-up and --think go with --users');
  return planOfUrl({
    ...{ url, method: options.method.toUpperCase(), headers: options.header.map(headerOf), users, loops },
    ...{ rampUpMs: rampUp, rate: perSecond, durationMs: durationInMs, thinkMs: think, body: options.data },
    ...{ keepAlive: options.keepAlive, cookies: true, thresholds: options.threshold },
  });
}

function headerOf(text: string): { name: string; value: string } {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new UsageError(`"${text}" is no header: write "Name: value"`);
  return { name, value };
}

const forUrls = ['users', 'rampUp', 'loops', 'rate', 'duration', 'think', 'data'] as const;

function ofFile(file: string, options: PlanOptions, warn: (line: string) => void): Plan {
  const misplaced = forUrls.find((name) => options[name] !== undefined);
  if (misplaced !== undefined || options.header.length > 0) {
    const flag = (misplaced ?? 'header').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      `--${flag} goes with an address: in a plan its groups say that (properties can be given with -J name=value)`,
    );
  }
  const { plan, unsupported, adapted } = readPlanFile(file, propertiesOf(options.property));
  if (unsupported.length > 0 && !options.skipUnsupported) {
    const lines = unsupported.map(
      ({ what, where, line }) =>
        `${file}${line === undefined ? '' : `:${line}`}: not supported: ${what} (${where})`,
    );
    for (const line of lines) warn(line);
    throw new UsageError(
      `${file} has ${unsupported.length} elements that are not supported; --skip-unsupported runs it without them`,
    );
  }
  for (const { what, where } of unsupported) warn(`left out: ${what} (${where})`);
  for (const { what, where } of adapted) warn(`a little differently: ${what} (${where})`);
  return { ...plan, thresholds: [...plan.thresholds, ...options.threshold] };
}

/** Of an option that may come several times. */
export const several = (value: string, before: string[]): string[] => [...before, value];

/** `-J name=value`, several. Throws UsageError. */
export function propertiesOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(texts.map(propertyOf));
}

function propertyOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`"${text}" is no property: write -J name=value`);
  return [text.slice(0, at), text.slice(at + 1)];
}
