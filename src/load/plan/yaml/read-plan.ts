// Reads a load plan in YAML.

import path from 'node:path';
import { durationMs } from '../../../api/measures.ts';
import { readYamlFile } from '../../../api/schema/yaml-file.ts';
import type { Timer } from '../http-step.ts';
import type { ClosedLoad, DataFile, Group, OpenLoad, Plan, Stage } from '../plan.ts';
import { PlanError } from '../plan-error.ts';
import { withNumbersAsTexts } from './numbers-as-texts.ts';
import { planSchema } from './plan-schema.ts';
import { type Defaults, type Think, timersOf } from './request.ts';
import { StepReader } from './steps.ts';

interface Written {
  name?: string;
  defaults: Defaults;
  variables?: Record<string, string>;
  properties?: Record<string, string>;
  data: WrittenFile[];
  cookies: boolean;
  presetCookies: { name: string; value: string; domain: string; path: string; secure: boolean }[];
  cache: boolean;
  authorizations: { url?: string; user: string; password: string; type: 'basic' | 'digest' }[];
  groups: WrittenGroup[];
  oneAfterTheOther: boolean;
  tearDownAfterStop: boolean;
  thresholds: string[];
}

interface WrittenFile {
  file: string;
  variables?: string[];
  skipFirstLine: boolean;
  delimiter: string;
  quoted: boolean;
  encoding: string;
  atEnd: DataFile['atEnd'];
  sharedBy: DataFile['sharing'];
}

interface WrittenGroup extends Think {
  name: string;
  kind: Group['kind'];
  users?: number | string;
  rampUp?: string;
  loops?: number | string;
  duration?: string;
  delay?: string;
  rate?: string;
  stages?: { rate: string; to?: string; for: string }[];
  arrivals: OpenLoad['arrivals'];
  maxUsers: number;
  throughput?: string;
  onError: Group['onError'];
  sameUser: boolean;
  data?: WrittenFile[];
  steps: unknown[];
}

const perSecond = { s: 1, m: 1 / 60, h: 1 / 3_600 } as const;
const cookieJar = 'cookies';
const cache = 'cache';
const cacheEntries = 5_000;

/** `file` is its path; `properties` those of the command line. Throws PlanError with everything that is wrong with it. */
export function readPlan(
  source: string,
  file: string,
  properties: Readonly<Record<string, string>> = {},
): Plan {
  const { value: written, lineOf } = readYamlFile<Written>(
    withNumbersAsTexts(source),
    file,
    planSchema,
    'a load plan: a map with groups',
  );
  const faults: string[] = [];
  const dataFiles: DataFile[] = [];
  const idsOf = (files: readonly WrittenFile[] = []) =>
    files.map((one) => {
      const data = dataFileOf(one, `data-${dataFiles.length + 1}`);
      dataFiles.push(data);
      return data.id;
    });
  const common = idsOf(written.data);
  const shared = {
    ...(written.cookies ? { cookieJar } : {}),
    ...(written.cache ? { cache } : {}),
    authorizations: written.authorizations.map(({ url = '', user, password, type }) => ({
      ...{ url, user, password, realm: '', mechanism: type },
    })),
  };
  const groups = written.groups.map((group, index): Group => {
    const field = `groups[${index}]`;
    const timers = [...timersOf(group), ...throughputOf(group, index)];
    const reader = new StepReader(lineOf, { defaults: written.defaults, timers, shared });
    const steps = reader.steps(group.steps, `${field}.steps`);
    faults.push(...reader.faults, ...contradictionsOf(group).map((fault) => `${lineOf(field)}: ${fault}`));
    const { name, kind, onError, sameUser, data } = group;
    return {
      ...{ name, kind, onError, sameUser, load: loadOf(group), dataFiles: [...common, ...idsOf(data)] },
      ...{ counters: [], userParameters: [], steps },
    };
  });
  if (faults.length > 0) throw new PlanError(faults);
  return {
    ...{ name: written.name ?? path.basename(file).replace(/\.ya?ml$/, ''), dialect: 'yaml' },
    folder: path.dirname(path.resolve(file)),
    variables: Object.entries(written.variables ?? {}).map(([name, value]) => ({ name, value })),
    properties: { ...written.properties, ...properties },
    ...{ groups, dataFiles, oneAfterTheOther: written.oneAfterTheOther },
    cookieJars: [
      { id: cookieJar, clearEachIteration: false, followsGroup: true, cookies: written.presetCookies },
    ],
    caches: [
      {
        id: cache,
        clearEachIteration: false,
        followsGroup: true,
        useExpires: true,
        maxEntries: cacheEntries,
      },
    ],
    ...{ tearDownAfterStop: written.tearDownAfterStop, thresholds: written.thresholds },
  };
}

function contradictionsOf({ name, users, rate, stages, loops, rampUp, duration }: WrittenGroup): string[] {
  const open = rate !== undefined || stages !== undefined;
  return [
    rate !== undefined && stages !== undefined && 'has a rate and stages: one of them',
    open && users !== undefined && 'has users and a rate: one of them (maxUsers limits those of a rate)',
    open && (loops !== undefined || rampUp !== undefined) && 'has a rate: loops and rampUp go with users',
    rate !== undefined && duration === undefined && 'has a rate: it needs a duration',
    stages !== undefined && duration !== undefined && 'has stages: they say how long it lasts, not duration',
  ]
    .filter((fault) => fault !== false)
    .map((fault) => `the group "${name}" ${fault}`);
}

function loadOf(group: WrittenGroup): ClosedLoad | OpenLoad {
  const { rate, stages, arrivals, maxUsers, duration = '0s' } = group;
  const written = stages ?? (rate === undefined ? undefined : [{ rate, for: duration }]);
  return written ? { model: 'open', stages: written.map(stageOf), arrivals, maxUsers } : closedLoad(group);
}

function stageOf({ rate, to = rate, for: duration }: { rate: string; to?: string; for: string }): Stage {
  return { fromRate: rateOf(rate), toRate: rateOf(to), durationMs: durationMs(duration) };
}

/** `50/s`, `3000/m`: so many a second. */
export function rateOf(text: string): number {
  const [count, unit = 's'] = text.split('/');
  return Number(count) * (perSecond[unit as keyof typeof perSecond] ?? Number.NaN);
}

function closedLoad({ users = 1, rampUp = '0s', loops, duration, delay = '0s' }: WrittenGroup): ClosedLoad {
  const ms = (text: string) => String(durationMs(text));
  const often = loops ?? (duration === undefined ? 1 : undefined);
  return {
    ...{ model: 'closed', users: String(users), rampUpMs: ms(rampUp), delayMs: ms(delay) },
    ...(often === undefined ? {} : { loops: String(often) }),
    ...(duration === undefined ? {} : { durationMs: ms(duration) }),
  };
}

function throughputOf({ throughput }: WrittenGroup, index: number): Timer[] {
  if (throughput === undefined) return [];
  const perMinute = String(rateOf(throughput) * 60);
  return [{ type: 'throughput', id: `throughput-of-${index}`, perMinute, of: 'all-users-of-group-shared' }];
}

function dataFileOf({ sharedBy, variables = [], delimiter, ...rest }: WrittenFile, id: string): DataFile {
  return { ...rest, id, variables, sharing: sharedBy, delimiter: delimiter === '\\t' ? '\t' : delimiter };
}
