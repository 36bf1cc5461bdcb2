// The steps of a YAML plan: each is known by one key of its own (`get`, `loop`, `pause`), and has a schema.

import { duration, fields, flag, text } from '../../../api/relevo/field-schemas.ts';
import type { Schema } from '../../../api/schema.ts';
import { countOrTemplate, list, redirects, texts, think, timeouts } from './plan-schema.ts';

export const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const;
export type MethodKey = (typeof methods)[number];

const jsonCheck = fields(
  'A place in a JSON answer.',
  {
    path: text('JSONPath: $.items[0].id.'),
    equals: text('What stands there. Without it it is enough that something does.'),
    matches: text('A regular expression for what stands there.'),
  },
  { required: ['path'] },
);

const check = fields('When the answer is good.', {
  status: {
    description: 'One status, several, or ranges: 200, "200-399", 2xx. Without it everything below 400.',
    'x-kubernetes-preserve-unknown-fields': true,
  } as Schema,
  contains: text('A text that the answer has.'),
  lacks: text('A text that the answer has not.'),
  matches: text('A regular expression that fits somewhere.'),
  header: text('A regular expression that fits somewhere in the head of the answer.'),
  within: duration('The time that it takes at most.'),
  minBytes: { type: 'integer', minimum: 0, description: 'The body has at least so many bytes.' },
  maxBytes: { type: 'integer', minimum: 0, description: 'The body has at most so many bytes.' },
  json: list('Places in a JSON answer.', jsonCheck),
});

export const extraction = fields('Where the value of a variable is found.', {
  regex: text('A regular expression; its first group is the value.'),
  json: text('JSONPath.'),
  after: text('What stands before it, with `before`.'),
  before: text('What stands after it.'),
  from: {
    type: 'string',
    enum: ['body', 'headers', 'url'],
    description: 'Where regex and after look.',
    default: 'body',
  },
  match: {
    type: 'integer',
    description: 'Which one: 1 is the first, 0 one by chance, -1 all of them.',
    default: 1,
  },
  default: text('What it is where nothing is found.'),
});

const file = fields(
  'A file that is sent.',
  {
    path: text('The file, beside the plan or by its whole path.'),
    field: text('The field of the form. Without it the file is the whole body.', { default: '' }),
    type: text('Its type.', { default: 'application/octet-stream' }),
  },
  { required: ['path'] },
);

const request: Record<string, Schema> = {
  name: text('The label of its figures. Without it method and path.'),
  headers: texts('Headers; an empty value takes away one of the defaults.'),
  query: texts('What is added to the path behind a question mark.'),
  form: texts('Fields of a form.'),
  body: text('The body as it is.'),
  json: { description: 'The body as JSON.', 'x-kubernetes-preserve-unknown-fields': true } as Schema,
  files: list('Files that are sent.', file),
  timeouts,
  redirects,
  keepAlive: flag('Whether the connection is kept.'),
  ...think,
  check,
  onError: {
    type: 'string',
    description: 'What else ends when it has failed, besides what its group says.',
    enum: ['next-iteration', 'stop-user', 'stop-test', 'stop-test-now'],
  },
  extract: {
    type: 'object',
    description: 'Variables by name, taken from the answer.',
    additionalProperties: extraction,
  },
};

const steps = list(
  'What is done.',
  { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  { minItems: 1 },
);
const always = flag('true.', { enum: [true] });

function controller(
  description: string,
  key: string,
  own: Schema,
  more: Record<string, Schema> = {},
): Schema {
  return fields(
    description,
    { [key]: own, name: text('In messages.'), ...more, steps },
    { required: [key, 'steps'] },
  );
}

const requests = methods.map((method) => {
  const path = text('Path, or a whole address.', { minLength: 1 });
  const description = `A request with ${method.toUpperCase()}.`;
  return [method, fields(description, { [method]: path, ...request }, { required: [method] })] as const;
});

/** By the key that tells the kind. */
export const stepSchemas: Readonly<Record<string, Schema>> = {
  ...Object.fromEntries(requests),
  pause: fields(
    'Waits.',
    { pause: duration('How long.'), name: text('In messages.') },
    { required: ['pause'] },
  ),
  debug: fields(
    'A sample that lists the variables of its user, for the results tree. Nothing is sent.',
    { debug: always, name: text('Its label.', { default: 'debug' }) },
    { required: ['debug'] },
  ),
  stop: fields(
    'Ends something.',
    {
      stop: {
        type: 'string',
        description: 'This iteration, this loop, this user, or the whole test: letting requests end, or not.',
        enum: ['iteration', 'loop', 'user', 'test', 'test-now'],
      },
      name: text('In messages.'),
    },
    { required: ['stop'] },
  ),
  loop: controller('Does steps several times.', 'loop', countOrTemplate('How often; "forever" has no end.')),
  if: controller(
    'Does steps when a condition holds.',
    'if',
    text('Such as \'"${status}" == "open"\' or ${n} > 3.'),
  ),
  while: controller(
    'Does steps as long as a condition holds.',
    'while',
    text('A condition; empty: until the last request in it fails.'),
  ),
  once: controller('Does steps in the first iteration of each user only.', 'once', always),
  interleave: controller('Does one of its steps each time, in turns.', 'interleave', always),
  random: controller('Does one of its steps each time, by chance.', 'random', always),
  shuffle: controller('Does all of its steps, in an order by chance.', 'shuffle', always),
  switch: controller(
    'Does one of its steps.',
    'switch',
    text(
      'Which: its number, from 0, or its name. Where none is so numbered the first, where none is so named the one named default.',
    ),
  ),
  during: controller('Does steps again and again for so long.', 'during', duration('How long.')),
  lock: controller(
    'Does steps while no other user does steps with the same lock.',
    'lock',
    text('Its name; it is one for all groups and workers.', { minLength: 1 }),
  ),
  share: controller(
    'Does steps in a share of the iterations.',
    'share',
    text('Of the iterations: 30%.', { pattern: String.raw`^(100|\d{1,2}(\.\d+)?)%$` }),
  ),
  times: controller('Does steps so often in the whole run.', 'times', countOrTemplate('How often.'), {
    each: flag('Whether each user may do them so often, instead of all together.', { default: false }),
  }),
  transaction: controller('Measures steps as one.', 'transaction', text('Its label.', { minLength: 1 }), {
    parent: flag('Whether only the transaction is counted, and not what is in it.', { default: false }),
    withThinking: flag('Whether thinking counts as well.', { default: false }),
  }),
  forEach: controller(
    'Does steps for each of the variables NAME_1, NAME_2 and so on.',
    'forEach',
    text('NAME.'),
    {
      as: text('The variable that has the value.', { minLength: 1 }),
    },
  ),
};
