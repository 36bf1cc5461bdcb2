// A drill's file as a schema: docs/reference/drills.md is made from it.

import { choice, count, duration, fields, flag, percent, text } from '../../api/relevo/field-schemas.ts';
import type { Schema } from '../../api/schema.ts';
import { areas, scenarioDefaults as usual } from './defaults.ts';
import { type Measure, measures } from './scenario.ts';

function list(description: string, items: Schema, more: Schema = {}): Schema {
  return { type: 'array', description, items, ...more };
}

/** Of a test phase: a text such as `<=2s`, or a number. */
function limit(description: string): Schema {
  return { description, 'x-kubernetes-int-or-string': true };
}

function twoLanguages(description: string): Schema {
  return fields(
    description,
    { en: text('In English.', { minLength: 1 }), es: text('In Spanish.', { minLength: 1 }) },
    { required: ['en'] },
  );
}

const ratePattern = String.raw`^\d+(\.\d+)?/(s|m|h)$`;
const name = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';

const target = fields('What is to be shown to work. Either a Service of the cluster, or an address.', {
  service: text('The name of a Service. Its servers are what faults hit.', { pattern: name, maxLength: 63 }),
  namespace: text('The namespace of the Service.', { default: usual.namespace, pattern: name }),
  port: text('The name or number of the port of the Service. Without it the first one.'),
  url: text(
    'Where users reach it. Without it that is found by the Service. Alone, without a service, it can be measured, but no fault can hit it.',
    { pattern: '^https?://' },
  ),
  host: text('The Host that users ask for, where an Ingress needs it.'),
});

const load = fields('What users do meanwhile: requests at a rate, users who wait for answers, or a plan.', {
  rate: text(
    'So many requests begin in a second, however long answers take: 100/s, 3000/m. Without rate, users and plan it is 50/s.',
    { pattern: ratePattern },
  ),
  users: count('Instead: so many users, each of whom waits for its answer.', { maximum: 100_000 }),
  think: duration('How long each of these users waits between two requests.'),
  plan: text(
    'Instead: a load plan, YAML or .jmx, beside the drill. Its properties url, host and port (__P) are the target.',
    { minLength: 1 },
  ),
  path: text('What is asked for.', { default: usual.load.path, pattern: '^/' }),
  method: choice(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], 'The method of requests.', {
    default: usual.load.method,
  }),
  body: text('What requests carry.'),
  sessions: flag('Whether each user keeps its cookies over all of its requests.', { default: false }),
  timeout: duration('A request that takes longer has failed.', { default: usual.load.timeout }),
});

const steady = fields('What it looks like when all is well. The drill waits for it before anything else.', {
  errors: limit('The share of failed requests, such as <0.1%. Without it <1%.'),
  p99: limit('What 99 % of requests are done in, such as <250ms. Without it <500ms.'),
  p95: limit('The same for 95 %.'),
  rate: limit('Requests a second, such as >=90/s.'),
  for: duration('How long all of that must have held.', { default: usual.steady.for }),
  within: duration('By when, from the first request: else the drill is inconclusive.', {
    default: usual.steady.within,
  }),
  slow: duration('A request slower than this is bad: see trafficRto. Without it the limit of p99.'),
});

const fault = fields(
  'One thing that goes wrong.',
  {
    fault: text('Its name: "relevo drill explain" lists them.', { minLength: 1 }),
    at: duration('When, counted from the end of the calm phase. Without at and after it is 0s.'),
    after: duration('When, counted from the moment the fault before it was proven.'),
    for: duration('Then it is undone. Without it that is done at the end; a kill is over at once.'),
    with: {
      type: 'object',
      description: 'How: each fault has fields of its own, such as count.',
      default: {},
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
  { required: ['fault'] },
);

const http = fields('Asks the target.', {
  path: text('What is asked for.', { default: '/', pattern: '^/' }),
  status: list(
    'The statuses that are good: codes and ranges.',
    { type: 'string', pattern: String.raw`^[1-5]\d\d(-[1-5]\d\d)?$` },
    { default: [...usual.probe.status], minItems: 1 },
  ),
  contains: text('What the body contains.', { minLength: 1 }),
  from: choice(['outside'], 'From where; outside is by the address that this machine has for others.'),
});

const object = fields(
  'Looks at objects of the API.',
  {
    resource: text('Such as pods or deployments.apps.', { minLength: 1 }),
    name: text('Of one object.', { minLength: 1 }),
    namespace: text("Without it the target's."),
    selector: text('Labels, such as app=web, of several objects: all have to be so.'),
    jsonPath: text('Where the value is, such as {.status.readyReplicas}.', { minLength: 1 }),
    equals: text('What it has to be, as text.'),
  },
  { required: ['resource', 'jsonPath', 'equals'] },
);

const shares = fields('Looks at who answered since the last look.', {
  every: flag('Whether every ready replica has to have answered.', { default: true }),
  atMost: {
    type: 'number',
    minimum: 1,
    description: 'The biggest share is at most so many times the smallest.',
  },
});

const probe = fields(
  'Something that has to be true at certain moments. Exactly one of http, object and shares.',
  {
    name: text('As reports call it.', { minLength: 1 }),
    when: choice(
      ['start', 'end', 'continuous', 'fault'],
      'Once before the faults, once at the end, all the time, or while the faults last.',
      { default: 'end' },
    ),
    every: duration('The time between two looks, where there are several.', { default: usual.probe.every }),
    ...{ http, object, shares },
  },
  { required: ['name'] },
);

const meaning: Readonly<Record<Measure, string>> = {
  availability:
    'The share of requests that the application answered: >=99.9%. The sorry page is no such answer.',
  failedRequests:
    'How many requests failed: <=10. The sorry page and requests that were turned away have limits of their own.',
  trafficRto: 'From the proof of the fault to the end of the last bad request that it caused: <=2s.',
  capacityRto: 'From the proof of the fault until all replicas are ready again: <=20s.',
  p99: 'What 99 % of requests were done in: <500ms.',
  sorryShare: 'The share of requests that saw the sorry page.',
  shedShare: 'The share of requests that were turned away because too many waited.',
  sessionsMoved: 'How many users lost their server while it could still have served them: 0.',
  duplicates: 'How many requests were carried out twice: 0.',
  unattributed: 'How many failures have no known cause. Without it 0, where the target is a service.',
  backupsUsed: 'How many backups served at once, at most: >=1.',
  transitions: 'How often a backup came in or left: <=4.',
};

const limits = Object.fromEntries(measures.map((measure) => [measure, limit(meaning[measure])]));

const expect = fields(
  'What has to come of it, over the whole drill. Each is a limit, or a number for exactly so many.',
  {
    ...limits,
    fault: fields('The same, counted only while the faults last.', limits),
    calm: fields(
      'The same, counted only in the calm phase. The limits of steady are always expected there.',
      limits,
    ),
  },
);

const safety = fields('When the drill is given up and everything is put back.', {
  bad: percent('More than this share of requests is bad.', { default: usual.safety.bad }),
  for: duration('For so long.', { default: usual.safety.for }),
  within: duration('The drill takes longer than this.', { default: usual.safety.within }),
});

export const scenarioSchema: Schema = fields(
  'A drill.',
  {
    name: text('In commands and reports. Without it the name of the file.', { pattern: name, maxLength: 63 }),
    title: twoLanguages('One line for tables. Without it the name.'),
    why: twoLanguages('What it shows, in a sentence or two.'),
    area: choice(areas, 'What tables group it under.', { default: 'resistance' }),
    application: list(
      'Manifests beside the drill: applied before it, and taken away after it where they were not there.',
      { type: 'string', minLength: 1 },
      { default: [] },
    ),
    target,
    load: { ...load, default: {} },
    steady: { ...steady, default: {} },
    calm: duration('How long all goes on without a fault. This has to be good in every drill.', {
      default: usual.calm,
    }),
    faults: list('What goes wrong, in this order.', fault, { default: [] }),
    recover: duration('How long is waited at most for all to be well again.', { default: usual.recover }),
    probes: list('What else has to be true.', probe, { default: [] }),
    expect: { ...expect, default: {} },
    safety: { ...safety, default: {} },
    repeats: count('How often all of it is done; one fail makes it a fail.', { default: 1, maximum: 1_000 }),
    random: fields('What is chosen by chance.', {
      seed: {
        type: 'integer',
        minimum: 0,
        maximum: 4_294_967_295,
        description: 'The same seed chooses the same victims. Without it a new one, which the report tells.',
      },
    }),
  },
  { required: ['target'] },
);
