// A load plan in YAML, as a schema. Steps have their own, by kind (step-schema.ts), since they have steps again.

import { choice, count, duration, fields, flag, text } from '../../../api/relevo/field-schemas.ts';
import type { Schema } from '../../../api/schema.ts';

export function list(description: string, items: Schema, more: Schema = {}): Schema {
  return { type: 'array', description, items, ...more };
}

/** By name, texts of any kind. */
export function texts(description: string): Schema {
  return { type: 'object', description, additionalProperties: { type: 'string' } };
}

/** A number, or a text with `${…}` that becomes one. */
export function countOrTemplate(description: string, more: Schema = {}): Schema {
  return { description, format: 'count', 'x-kubernetes-int-or-string': true, ...more };
}

export const rate = (description: string) =>
  text(description, { pattern: String.raw`^\d+(\.\d+)?/(s|m|h)$` });

export const timeouts = fields('How long is waited.', {
  connect: duration('For a connection. Without it 10s.'),
  response: duration('Between two pieces of the answer. Without it 60s.'),
});

export const redirects = choice(
  ['follow', 'silently', 'no'],
  'What is done with redirects: followed and each one measured, followed and measured as a whole, or taken as they are.',
);

const either = (description: string, one: string, other: string) =>
  fields(description, { [one]: duration(one), [other]: duration(other) }, { required: [one, other] });

/** How long a user thinks before a request. */
export const think: Record<string, Schema> = {
  think: duration('How long users think before each request, always the same.'),
  thinkUniform: either('Between two times, each as likely as the other.', 'from', 'to'),
  thinkGaussian: either('Around a mean, with a standard deviation.', 'mean', 'deviation'),
  thinkPoisson: either(
    'At least so long, and on average so much more, as independent users do.',
    'atLeast',
    'mean',
  ),
};

const authorization = fields(
  'A user name and password for addresses that begin with a text.',
  {
    url: text('Where they are sent. Without it everywhere.'),
    user: text('The user name.'),
    password: text('The password.'),
    type: choice(['basic', 'digest'], 'How they are sent.', { default: 'basic' }),
  },
  { required: ['user', 'password'] },
);

const defaults = fields('What is in force for every request that says nothing else.', {
  url: text('In front of paths: http://127.0.0.1:8080.', { pattern: String.raw`^(https?://|\$\{)` }),
  headers: texts('Headers.'),
  timeouts,
  redirects,
  keepAlive: flag('Whether connections are kept for the next request.'),
});

const dataFile = fields(
  'A CSV file that gives variables: each iteration of a user takes the next row.',
  {
    file: text('The file, beside the plan or by its whole path.', { minLength: 1 }),
    variables: list('Names of the columns. Without them the first line has them.', { type: 'string' }),
    skipFirstLine: flag('Whether the first line is a heading, where `variables` names the columns.', {
      default: false,
    }),
    delimiter: text('Between columns; \\t is a tab.', { default: ',', minLength: 1, maxLength: 2 }),
    quoted: flag('Whether values may be in quotes.', { default: true }),
    encoding: text('Of the file.', { default: 'utf-8' }),
    atEnd: choice(
      ['recycle', 'stop', 'eof'],
      'After the last row: begin anew, end the user, or give `<EOF>`.',
      { default: 'recycle' },
    ),
    sharedBy: choice(['all', 'group', 'user'], 'Who takes rows from the same place.', { default: 'all' }),
  },
  { required: ['file'] },
);

const presetCookie = fields(
  'A cookie that every user has from the start.',
  {
    name: text('Its name.'),
    value: text('Its value.'),
    domain: text('Of which host.'),
    path: text('From which path on.', { default: '/' }),
    secure: flag('Whether only over TLS.', { default: false }),
  },
  { required: ['name', 'value', 'domain'] },
);

const stage = fields(
  'A stretch of time with a rate, or on the way from one to another.',
  {
    rate: rate('At its beginning: 50/s, 3000/m.'),
    to: rate('At its end. Without it the same.'),
    for: duration('How long it lasts.'),
  },
  { required: ['rate', 'for'] },
);

const group = fields(
  'Users who do the same.',
  {
    name: text('In labels of threads and in reports.', { minLength: 1 }),
    kind: choice(['setUp', 'main', 'tearDown'], 'Before all others, with them, or after them.', {
      default: 'main',
    }),
    users: countOrTemplate('How many users.'),
    rampUp: duration('The time in which all of them start, evenly.'),
    loops: countOrTemplate('How often each does all steps. Without it once, or until the duration is over.'),
    duration: duration('How long they go on.'),
    delay: duration('How long is waited before the first one.'),
    rate: rate('Instead of users: so many iterations begin, however long answers take. Needs a duration.'),
    stages: list('Instead of users: rates that change.', stage),
    arrivals: choice(['even', 'poisson'], 'At even distances, or by chance as independent users come.', {
      default: 'even',
    }),
    maxUsers: count('With a rate: iterations under way at most; what would be more is dropped and counted.', {
      default: 1_000,
      maximum: 100_000,
    }),
    throughput: rate(
      'All users of the group together ask at most so often; a schedule, as arrival rates are.',
    ),
    ...think,
    onError: choice(
      ['continue', 'next-iteration', 'stop-user', 'stop-test', 'stop-test-now'],
      'What a user does when a request has failed.',
      { default: 'continue' },
    ),
    sameUser: flag('Whether cookies and cache live on in the next iteration.', { default: true }),
    data: list('Files of this group alone.', dataFile),
    steps: list(
      'What each user does, one after the other.',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      { minItems: 1 },
    ),
  },
  { required: ['name', 'steps'] },
);

export const planSchema: Schema = fields(
  'A load plan.',
  {
    name: text('In reports. Without it the name of the file.'),
    defaults: { ...defaults, default: {} },
    variables: texts('Variables of every user: ${name} in any text.'),
    properties: texts('What ${__P(name)} gives where the command line (-J name=value) says nothing else.'),
    data: list('Files that give variables to users of all groups.', dataFile, { default: [] }),
    cookies: flag('Whether users keep cookies.', { default: true }),
    presetCookies: list('Cookies that are there from the start.', presetCookie, { default: [] }),
    cache: flag('Whether users keep answers that may be kept, as browsers do.', { default: false }),
    authorizations: list('User names and passwords.', authorization, { default: [] }),
    groups: list('Groups of users.', group, { minItems: 1 }),
    oneAfterTheOther: flag('Whether groups wait for each other.', { default: false }),
    tearDownAfterStop: flag('Whether groups that tear down also do so after Ctrl-C.', { default: true }),
    thresholds: list(
      'What the exit code depends on, such as p99<250ms and errors<0.1%.',
      { type: 'string' },
      {
        default: [],
      },
    ),
  },
  { required: ['groups'] },
);
