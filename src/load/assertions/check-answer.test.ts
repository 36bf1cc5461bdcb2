import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf, valueContext } from '../../../tests/support/load/value-world.ts';
import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Assertion } from '../plan/http-step.ts';
import type { ValueContext } from '../values/value-context.ts';
import { checkAnswer } from './check-answer.ts';

type Of<Type> = Partial<Assertion & { type: Type }>;

const response = (more: Of<'response'>): Assertion => ({
  ...{ type: 'response', name: 'a', field: 'body', test: 'contains', not: false, or: false, patterns: [] },
  ...{ ignoreStatus: false, message: '', scope: 'main', ...more },
});
const json = (more: Of<'json'>): Assertion => ({
  ...{ type: 'json', name: 'j', path: '$', isRegex: true, expectNull: false, invert: false, ...more },
});

const hello = answerOf('hello\nworld {"k":1} café 42\nend\n');

async function failureOf(
  assertion: Assertion,
  answer: HttpAnswer = hello,
  context: ValueContext = valueContext({ re: 'l+', var: 'value' }),
): Promise<string | undefined> {
  const result = await checkAnswer(assertion, answer, context);
  assert.equal(result.name, assertion.name);
  return result.failure;
}

/** Right: what JMeter 2.13 says of the same answer. */
const texts: readonly (readonly [Of<'response'>, string | undefined])[] = [
  [{ patterns: ['hello'] }, undefined],
  [{ patterns: ['nope'] }, 'Test failed: text expected to contain /nope/'],
  [{ patterns: ['hello'], not: true }, 'Test failed: text expected not to contain /hello/'],
  [{ patterns: ['nope'], not: true }, undefined],
  [{ patterns: ['hello'], test: 'matches' }, 'Test failed: text expected to match /hello/'],
  [{ patterns: ['(?s).*world.*'], test: 'matches' }, undefined],
  [{ patterns: ['he.lo'], test: 'substring' }, 'Test failed: text expected to contain /he.lo/'],
  [{ patterns: ['hello', 'nope2'], test: 'substring' }, 'Test failed: text expected to contain /nope2/'],
  [
    { patterns: ['hello'], test: 'substring', not: true },
    'Test failed: text expected not to contain /hello/',
  ],
  [
    { patterns: ['hello'], test: 'equals' },
    'Test failed: text expected to equal /\n\n****** received  : hello[[[\nworld {"k":1} café 42\nend\n]]]\n\n' +
      '****** comparison: hello[[[                           ]]]\n\n/',
  ],
  [{ patterns: ['x'], test: 'equals', not: true }, undefined],
  [{ patterns: ['nope', 'end'], or: true }, undefined],
  [
    { patterns: ['nope', 'zip'], or: true },
    'Test failed: text expected something using /nope/\tTest failed: text expected something using /zip/\t',
  ],
  [{ patterns: ['he${re}o'] }, undefined],
  [{ patterns: ['x${re}o'] }, 'Test failed: text expected to contain /xl+o/'],
  [{ patterns: ['nope'], message: 'not ${var}' }, 'not value'],
  [{ patterns: ['(a'] }, 'Bad test configuration: a ( without its )'],
  [{ field: 'response-headers', patterns: ['HTTP/1.1 200 OK'] }, undefined],
  [{ field: 'response-headers', patterns: ['(?m)^X-Test: yes$'] }, undefined],
  [
    { field: 'response-headers', patterns: ['HTTP/1.0'] },
    'Test failed: headers expected to contain /HTTP/1.0/',
  ],
  [{ field: 'request-headers', patterns: ['^Host: localhost\nAccept: all\n$'] }, undefined],
  [{ field: 'request-headers', patterns: ['GET'] }, 'Test failed: request headers expected to contain /GET/'],
  [{ field: 'request-body', patterns: ['^GET http://localhost/body\n'] }, undefined],
  [{ field: 'code', patterns: ['200'], test: 'equals' }, undefined],
  [{ field: 'code', patterns: ['4..'], test: 'matches' }, 'Test failed: code expected to match /4../'],
  [{ field: 'message', patterns: ['KO'] }, 'Test failed: message expected to contain /KO/'],
  [{ field: 'url', patterns: ['/nope$'] }, 'Test failed: URL expected to contain //nope$/'],
  [{ field: { variable: 'var' }, patterns: ['value'] }, undefined],
  [{ field: { variable: 'var' }, patterns: ['x'] }, 'Test failed: variable(var) expected to contain /x/'],
  [{ field: { variable: 'none' }, patterns: ['x'] }, 'Response was null'],
];

test('response assertions say what JMeter says', async () => {
  for (const [terms, failure] of texts) {
    assert.equal(await failureOf(response(terms)), failure, JSON.stringify(terms));
  }
});

test('an empty body fails, unless something must not be in it', async () => {
  const empty = answerOf('');
  assert.equal(await failureOf(response({ patterns: ['x'] }), empty), 'Response was null');
  assert.equal(await failureOf(response({ patterns: ['x'], not: true }), empty), undefined);
});

test('entities and encodings', async () => {
  const entities = answerOf('caf&eacute; &amp; &#66;');
  assert.equal(
    await failureOf(response({ field: 'body-unescaped', patterns: ['^café & B$'] }), entities),
    undefined,
  );
  const latin = { contentType: 'text/html; charset=ISO-8859-1', body: Buffer.from('café', 'latin1') };
  assert.equal(await failureOf(response({ patterns: ['café'] }), answerOf('', latin)), undefined);
});

test('what was no answer has the code and message that JMeter gives it', async () => {
  const failure = { name: 'java.net.ConnectException', message: 'Connection refused' } as const;
  const none = answerOf('', { status: 0, failure });
  const code = 'Non HTTP response code: java.net.ConnectException';
  assert.equal(
    await failureOf(response({ field: 'code', test: 'equals', patterns: [code] }), none),
    undefined,
  );
  const message = response({ field: 'message', patterns: ['Connection refused'] });
  assert.equal(await failureOf(message, none), undefined);
});

test('a long difference is cut around where it is', async () => {
  const [before, after] = ['b'.repeat(200), 'a'.repeat(200)];
  const equals = response({ test: 'equals', patterns: [`${before}x${after}`] });
  assert.equal(
    await failureOf(equals, answerOf(`${before}yy${after}`)),
    `Test failed: text expected to equal /\n\n****** received  : ...${'b'.repeat(100)}[[[yy]]]${'a'.repeat(100)}...\n\n` +
      `****** comparison: ...${'b'.repeat(100)}[[[x ]]]${'a'.repeat(100)}...\n\n/`,
  );
});

test('durations and sizes, with numbers as Java writes them', async () => {
  const duration = (ms: string): Assertion => ({ type: 'duration', name: 'd', ms, scope: 'main' });
  const slow = answerOf('x', { elapsedMs: 1_234.4 });
  assert.equal(await failureOf(duration('1234'), slow), undefined);
  assert.equal(await failureOf(duration('0'), slow), undefined);
  assert.equal(
    await failureOf(duration('1000'), slow),
    'The operation lasted too long: It took 1,234 milliseconds, but should not have lasted longer than 1,000 milliseconds.',
  );
  const size = (
    operator: '=' | '>' | '<' | '!=' | '>=' | '<=',
    bytes: string,
    of: 'body' | 'full' | 'code' = 'body',
  ): Assertion => ({
    ...{ type: 'size', name: 's', of, operator, bytes, scope: 'main' },
  });
  const ten = answerOf('0123456789');
  for (const good of [
    size('=', '10'),
    size('>', '9'),
    size('!=', '9'),
    size('>=', '10'),
    size('=', '110', 'full'),
    size('=', '3', 'code'),
  ]) {
    assert.equal(await failureOf(good, ten), undefined);
  }
  assert.equal(
    await failureOf(size('>', '1234567'), ten),
    'The result was the wrong size: It was 10 bytes, but should have been greater than 1,234,567 bytes.',
  );
  assert.match(
    (await failureOf(size('<=', '9'), ten)) ?? '',
    /should have been less than or equal to 9 bytes/,
  );
});

test('redirects are looked at one by one where an assertion says so', async () => {
  const first = answerOf('moved', { status: 302, startedAt: 900 });
  const chain = answerOf('done', { redirectedFrom: [first] });
  const below = 'One or more sub-samples failed';
  for (const [scope, pattern, failure] of [
    ['main', 'done', undefined],
    ['main', 'moved', 'Test failed: text expected to contain /moved/'],
    ['sub', 'moved|done', undefined],
    ['sub', 'done', below],
    ['all', 'done', below],
    ['all', 'moved', 'Test failed: text expected to contain /moved/'],
  ] as const) {
    assert.equal(
      await failureOf(response({ scope, patterns: [pattern] }), chain),
      failure,
      `${scope} ${pattern}`,
    );
  }
  assert.equal(
    await failureOf(response({ scope: 'sub', patterns: ['x'] })),
    undefined,
    'there is nothing below',
  );
  const broken = answerOf('done', { status: 500, redirectedFrom: [first] });
  assert.equal(await failureOf(response({ scope: 'sub', patterns: ['.'] }), broken), below);
  assert.equal(
    await failureOf(response({ scope: 'sub', patterns: ['.'], ignoreStatus: true }), broken),
    undefined,
  );
  const whole: Assertion = { type: 'duration', name: 'd', ms: '120', scope: 'main' };
  assert.match((await failureOf(whole, chain)) ?? '', /It took 130 milliseconds/);
});

test('statuses of plans in YAML', async () => {
  const status = (...expected: string[]): Assertion => ({ type: 'status', name: 'status', expected });
  for (const good of ['200', '2xx', '2XX', '100-200', '20x'])
    assert.equal(await failureOf(status(good)), undefined, good);
  assert.equal(await failureOf(status('404', '3xx')), 'status 200 is not 404 or 3xx');
});

const document = answerOf(
  '{"a":[{"b":"x"},{"b":"y"}],"n":5,"f":0.50,"none":null,"s":"text","e":[],"o":{"p":1}}',
);
const values: readonly (readonly [Of<'json'>, string | undefined])[] = [
  [{ path: '$.n' }, undefined],
  [{ path: '$.nope' }, "No results for path: $['nope']"],
  [{ path: '$.n', expected: '5', isRegex: false }, undefined],
  [{ path: '$.n', expected: '"5"', isRegex: false }, "Value expected to be '\"5\"', but found '5'"],
  [{ path: '$.s', expected: 'text', isRegex: false }, undefined],
  [{ path: '$.s', expected: '"text"', isRegex: false }, undefined],
  [{ path: '$.s', expected: 't.*' }, undefined],
  [{ path: '$.s', expected: 'ex' }, "Value expected to match regexp 'ex', but it did not match: 'text'"],
  [{ path: '$.f', expected: '0\\.5' }, undefined],
  [{ path: '$.a[*].b', expected: 'y' }, undefined],
  [
    { path: '$.a[*].b', expected: 'z' },
    `Value expected to match regexp 'z', but it did not match: '["x","y"]'`,
  ],
  [{ path: '$.e', expected: '[]', isRegex: false }, undefined],
  [{ path: '$.o', expected: '{"p": 1}', isRegex: false }, undefined],
  [{ path: '$.none', expected: '', expectNull: true }, undefined],
  [{ path: '$.n', expected: '', expectNull: true }, "Value expected to be null, but found '5'"],
  [{ path: '$.n', expected: '6', invert: true }, undefined],
  [{ path: '$.n', expected: '5', invert: true }, 'Failed that JSONPath $.n not matches 5'],
  [{ path: '$.nope', invert: true }, undefined],
  [{ path: '$.n', invert: true }, 'Failed that JSONPath not exists: $.n'],
];

test('JSON assertions say what JMeter says', async () => {
  for (const [terms, failure] of values) {
    assert.equal(await failureOf(json(terms), document), failure, JSON.stringify(terms));
  }
  assert.match((await failureOf(json({ path: '$..z' }), document)) ?? '', /^JSONPath is indefinite/);
  assert.equal(await failureOf(json({ path: '$.a' }), answerOf('')), 'Response was null');
  assert.match((await failureOf(json({ path: '$.a' }), answerOf('<html>'))) ?? '', /^the body is no JSON/);
});

test('without a template that other processes are asked for, there is no promise', () => {
  assert.ok(!(checkAnswer(response({ patterns: ['a${x}'] }), hello, valueContext()) instanceof Promise));
  const asking = checkAnswer(
    response({ patterns: ['${__counter(FALSE)}'] }),
    hello,
    valueContext({}, { isRemote: true }),
  );
  assert.ok(asking instanceof Promise);
});
