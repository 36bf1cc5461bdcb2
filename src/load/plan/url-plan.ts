// The plan of a command line that names an address and has no file: everybody asks for it, again and again.

import type { Group, Plan } from './plan.ts';

export interface UrlPlanOptions {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body?: string;
  /** Closed model; 1 where there is no rate either. */
  readonly users?: number;
  readonly rampUpMs?: number;
  readonly loops?: number;
  /** Open model: a second. */
  readonly rate?: number;
  readonly arrivals?: 'even' | 'poisson';
  readonly maxUsers?: number;
  /** Needed with a rate; without it and without loops each user asks once. */
  readonly durationMs?: number;
  readonly thinkMs?: number;
  readonly keepAlive: boolean;
  /** Each user keeps its cookies. */
  readonly cookies: boolean;
  readonly connectMs?: number;
  readonly responseMs?: number;
  readonly thresholds: readonly string[];
}

const cookieJar = 'cookies';
/** Where nothing else was said: iterations of an arrival rate under way at most. */
const defaultMaxUsers = 1_000;

export function planOfUrl(options: UrlPlanOptions): Plan {
  return {
    ...{ name: options.url, dialect: 'yaml', folder: process.cwd(), variables: [], properties: {} },
    ...{ groups: [groupOf(options)], dataFiles: [], caches: [] },
    cookieJars: [{ id: cookieJar, clearEachIteration: false, cookies: [] }],
    ...{ oneAfterTheOther: false, tearDownAfterStop: true, thresholds: options.thresholds },
  };
}

function groupOf(options: UrlPlanOptions): Group {
  const { url, method, headers, body, keepAlive, cookies, thinkMs, connectMs, responseMs } = options;
  return {
    ...{ name: 'users', kind: 'main', onError: 'continue', sameUser: true, load: loadOf(options) },
    ...{ dataFiles: [], counters: [], userParameters: [] },
    steps: [
      {
        ...{ type: 'http', name: `${method} ${new URL(url).pathname}`, at: 'the command line' },
        request: {
          ...{
            method,
            protocol: '',
            host: '',
            port: '',
            path: url,
            arguments: [],
            files: [],
            multipart: false,
          },
          ...{ headers, redirects: 'sub-samples', keepAlive, encoding: '', authorizations: [] },
          ...(body === undefined ? {} : { body }),
          ...(cookies ? { cookieJar } : {}),
          ...(connectMs === undefined ? {} : { connectMs: String(connectMs) }),
          ...(responseMs === undefined ? {} : { responseMs: String(responseMs) }),
        },
        timers: thinkMs ? [{ type: 'constant', delayMs: String(thinkMs) }] : [],
        ...{ extractors: [], assertions: [] },
      },
    ],
  };
}

function loadOf(options: UrlPlanOptions): Group['load'] {
  const { users = 1, rampUpMs = 0, loops, rate, durationMs, arrivals = 'even' } = options;
  if (rate !== undefined) {
    const stages = [{ fromRate: rate, toRate: rate, durationMs: durationMs ?? 0 }];
    return { model: 'open', stages, arrivals, maxUsers: options.maxUsers ?? defaultMaxUsers };
  }
  const often = loops ?? (durationMs === undefined ? 1 : undefined);
  return {
    ...{ model: 'closed', users: String(users), rampUpMs: String(rampUpMs), delayMs: '0' },
    ...(often === undefined ? {} : { loops: String(often) }),
    ...(durationMs === undefined ? {} : { durationMs: String(durationMs) }),
  };
}
