// A request of a YAML plan, with the defaults of the plan put in.

import { durationMs } from '../../../api/measures.ts';
import type { Argument, Assertion, Extractor, HttpRequest, HttpStep, Timer } from '../http-step.ts';
import type { MethodKey } from './step-schema.ts';

export interface Think {
  think?: string;
  thinkUniform?: { from: string; to: string };
  thinkGaussian?: { mean: string; deviation: string };
  thinkPoisson?: { atLeast: string; mean: string };
}

export interface Timeouts {
  connect?: string;
  response?: string;
}

export interface Defaults {
  url?: string;
  headers?: Record<string, string>;
  timeouts?: Timeouts;
  redirects?: 'follow' | 'silently' | 'no';
  keepAlive?: boolean;
}

export type RequestStep = Think &
  Omit<Defaults, 'url'> & {
    name?: string;
    query?: Record<string, string>;
    form?: Record<string, string>;
    body?: string;
    json?: unknown;
    files?: { path: string; field: string; type: string }[];
    check?: Check;
    onError?: keyof typeof stops;
    extract?: Record<string, Extraction>;
  };

interface Check {
  status?: unknown;
  contains?: string;
  lacks?: string;
  matches?: string;
  header?: string;
  within?: string;
  minBytes?: number;
  maxBytes?: number;
  json?: { path: string; equals?: string; matches?: string }[];
}

interface Extraction {
  regex?: string;
  json?: string;
  after?: string;
  before?: string;
  from: 'body' | 'headers' | 'url';
  match: number;
  default?: string;
}

const stops = {
  'next-iteration': 'iteration',
  'stop-user': 'user',
  'stop-test': 'test',
  'stop-test-now': 'test-now',
} as const;

/** What is the same for all requests of a group. */
export interface Around {
  readonly defaults: Defaults;
  readonly timers: readonly Timer[];
  readonly shared: Pick<HttpRequest, 'cookieJar' | 'cache' | 'authorizations'>;
}

export function httpStep(
  method: MethodKey,
  path: string,
  step: RequestStep,
  at: string,
  around: Around,
): HttpStep {
  const { query, form, extract = {}, onError } = step;
  const name = step.name ?? `${method.toUpperCase()} ${placeOf(path)}`;
  return {
    ...{ type: 'http', name, at },
    request: {
      ...around.shared,
      ...addressOf(path, around.defaults.url),
      ...{ method: method.toUpperCase(), arguments: argumentsOf({ ...query, ...form }) },
      ...bodyOf(step),
      ...{ files: filesOf(step), multipart: step.files?.some(({ field }) => field !== '') === true },
      headers: headersOf(step, around.defaults),
      ...mannersOf(step, around.defaults),
      encoding: '',
    },
    timers: [...around.timers, ...timersOf(step)],
    extractors: Object.entries(extract).map(([variable, one]) => extractorOf(variable, one)),
    assertions: step.check ? assertionsOf(step.check) : [],
    ...(onError === undefined ? {} : { onFailure: [stops[onError]] }),
  };
}

/** A query beside a form stands in the path: a form's fields are the body's. */
function addressOf(path: string, url = ''): Pick<HttpRequest, 'protocol' | 'host' | 'port' | 'path'> {
  const nowhere = { protocol: '', host: '', port: '' };
  if (/^https?:\/\//.test(path) || url === '') return { ...nowhere, path };
  return { ...nowhere, path: `${url.replace(/\/$/, '')}${path.startsWith('/') ? '' : '/'}${path}` };
}

function argumentsOf(values: Record<string, string>): Argument[] {
  return Object.entries(values).map(([name, value]) => ({ name, value, encode: true, withEquals: true }));
}

function bodyOf({ body, json }: RequestStep): { body?: string } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  return body === undefined ? {} : { body };
}

function filesOf({ files = [] }: RequestStep): HttpRequest['files'] {
  return files.map(({ path, field, type }) => ({ path, field, mimeType: type }));
}

function headersOf({ headers = {}, json }: RequestStep, defaults: Defaults): HttpRequest['headers'] {
  const own = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), { name, value }]));
  const outer = new Map(
    Object.entries(defaults.headers ?? {}).map(([name, value]) => [name.toLowerCase(), { name, value }]),
  );
  const type: [string, { name: string; value: string }][] =
    json === undefined ? [] : [['content-type', { name: 'Content-Type', value: 'application/json' }]];
  return [...new Map([...outer, ...type, ...own]).values()];
}

function mannersOf(
  step: RequestStep,
  defaults: Defaults,
): Pick<HttpRequest, 'redirects' | 'keepAlive' | 'connectMs' | 'responseMs'> {
  const { connect, response } = { ...defaults.timeouts, ...step.timeouts };
  const how = step.redirects ?? defaults.redirects ?? 'follow';
  return {
    redirects: how === 'follow' ? 'sub-samples' : how,
    keepAlive: step.keepAlive ?? defaults.keepAlive ?? true,
    ...(connect === undefined ? {} : { connectMs: String(durationMs(connect)) }),
    ...(response === undefined ? {} : { responseMs: String(durationMs(response)) }),
  };
}

export function timersOf({ think, thinkUniform, thinkGaussian, thinkPoisson }: Think): Timer[] {
  const ms = (text: string) => String(durationMs(text));
  const timers: Timer[] = [];
  if (think !== undefined) timers.push({ type: 'constant', delayMs: ms(think) });
  if (thinkUniform) {
    const { from, to } = thinkUniform;
    timers.push({ type: 'uniform', delayMs: ms(from), rangeMs: String(durationMs(to) - durationMs(from)) });
  }
  if (thinkGaussian) {
    const { mean, deviation } = thinkGaussian;
    timers.push({ type: 'gaussian', delayMs: ms(mean), deviationMs: ms(deviation) });
  }
  if (thinkPoisson) {
    timers.push({ type: 'poisson', delayMs: ms(thinkPoisson.atLeast), lambdaMs: ms(thinkPoisson.mean) });
  }
  return timers;
}

function assertionsOf(check: Check): Assertion[] {
  const assertions: Assertion[] = [];
  const text = (
    name: string,
    field: 'body' | 'response-headers',
    test: 'substring' | 'contains',
    pattern: string,
    not = false,
  ) =>
    assertions.push({
      ...{ type: 'response', name, field, test, not, or: false, patterns: [pattern] },
      ...{ ignoreStatus: false, message: '', scope: 'main' },
    });
  if (check.status !== undefined) {
    assertions.push({ type: 'status', name: 'status', expected: [check.status].flat().map(String) });
  }
  if (check.contains !== undefined) text('contains', 'body', 'substring', check.contains);
  if (check.lacks !== undefined) text('lacks', 'body', 'substring', check.lacks, true);
  if (check.matches !== undefined) text('matches', 'body', 'contains', check.matches);
  if (check.header !== undefined) text('header', 'response-headers', 'contains', check.header);
  if (check.within !== undefined) {
    assertions.push({
      type: 'duration',
      name: 'within',
      ms: String(durationMs(check.within)),
      scope: 'main',
    });
  }
  for (const [name, operator] of [
    ['minBytes', '>='],
    ['maxBytes', '<='],
  ] as const) {
    const bytes = check[name];
    if (bytes === undefined) continue;
    assertions.push({ type: 'size', name, of: 'body', operator, bytes: String(bytes), scope: 'main' });
  }
  for (const { path, equals, matches } of check.json ?? []) {
    const expected = equals ?? matches;
    assertions.push({
      ...{ type: 'json', name: `json ${path}`, path, isRegex: equals === undefined, expectNull: false },
      ...(expected === undefined ? {} : { expected }),
      invert: false,
    });
  }
  return assertions;
}

const places = { body: 'body', headers: 'response-headers', url: 'url' } as const;

function extractorOf(variable: string, one: Extraction): Extractor {
  const shared = {
    ...{ variable, match: String(one.match), scope: 'main' as const },
    ...(one.default === undefined ? {} : { default: one.default }),
  };
  if (one.json !== undefined) return { type: 'json', path: one.json, joined: false, ...shared };
  const field = places[one.from];
  if (one.regex !== undefined)
    return { type: 'regex', pattern: one.regex, template: '$1$', field, ...shared };
  return { type: 'boundary', left: one.after ?? '', right: one.before ?? '', field, ...shared };
}

/** One label for all users: what differs between them stays `{name}`, and the query is left out. */
function placeOf(path: string): string {
  const place = path.replace(/\$\{(?:__)?(\w+)[^}]*\}/g, '{$1}');
  return place.replace(/\?.*$/s, '');
}
