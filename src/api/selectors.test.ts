import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  fieldSelectorText,
  labelSelectorFromMap,
  labelSelectorFromObject,
  parseFieldSelector,
  parseLabelSelector,
} from './selectors.ts';
import { StatusError } from './status.ts';

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof StatusError);
    assert.equal(error.code, 400);
    return error.message;
  }
  return assert.fail('expected a refusal');
}

test('every operator matches as Kubernetes documents it', () => {
  const labels = { app: 'web', tier: 'front', size: '4' };
  const verdicts: [string, boolean][] = [
    ['', true],
    ['app=web', true],
    ['app==web,tier=front', true],
    ['app!=web', false],
    ['zone!=a', true],
    ['app in (web, api)', true],
    ['app notin (web)', false],
    ['zone notin (a)', true],
    ['zone in (a)', false],
    ['app', true],
    ['!app', false],
    ['! zone', true],
    ['size>3,size<5', true],
    ['size>4', false],
    ['app>3', false],
    ['app=', false],
    ['constructor', false],
  ];
  for (const [text, expected] of verdicts) {
    assert.equal(parseLabelSelector(text).matches(labels), expected, text);
  }
  assert.equal(parseLabelSelector('app').matches(undefined), false);
});

test('in and notin are operators only where an operator may stand', () => {
  assert.equal(parseLabelSelector('in in (in,notin)').matches({ in: 'notin' }), true);
  assert.equal(parseLabelSelector('x=in').matches({ x: 'in' }), true);
});

test('an empty place in a set is the empty value', () => {
  for (const text of ['x in (,a)', 'x in (a,)', 'x in (a,,b)', 'x in (,)']) {
    assert.equal(parseLabelSelector(text).matches({ x: '' }), true, text);
  }
});

test('broken label selectors are refused with the texts of Kubernetes', () => {
  const texts: [string, string][] = [
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a=b c', "found 'c', expected: ',' or 'end of string'"],
    ['a=b,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a==(b)', "unable to parse requirement: found '(', expected: identifier"],
  ];
  for (const [text, message] of texts) {
    assert.equal(
      refusal(() => parseLabelSelector(text)),
      message,
    );
  }
  assert.match(
    refusal(() => parseLabelSelector('a in ()')),
    /for 'in', 'notin' operators, values set can't be empty/,
  );
  assert.match(
    refusal(() => parseLabelSelector('a=_x_')),
    /values\[0\]\[a\]: Invalid value: "_x_": a valid label/,
  );
  assert.match(
    refusal(() => parseLabelSelector('-a')),
    /key: Invalid value: "-a": name part must consist of/,
  );
});

test('the object form: absent matches nothing, empty everything', () => {
  assert.equal(labelSelectorFromObject(undefined).matches({}), false);
  assert.equal(labelSelectorFromObject({}).matches({ a: 'b' }), true);
  assert.equal(labelSelectorFromMap({}).matches({ a: 'b' }), false);
  const selector = labelSelectorFromObject({
    matchLabels: { app: 'web' },
    matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['old'] }],
  });
  assert.equal(selector.matches({ app: 'web' }), true);
  assert.equal(selector.matches({ app: 'web', tier: 'old' }), false);
  assert.equal(selector.toString(), 'app=web,tier notin (old)');
});

test('an unknown operator in an expression is refused', () => {
  const selector = { matchExpressions: [{ key: 'a', operator: 'Near' }] };
  assert.equal(
    refusal(() => labelSelectorFromObject(selector)),
    '"Near" is not a valid label selector operator',
  );
});

test('the text of a selector parses to one that matches the same', () => {
  const name = fc.stringMatching(/^[a-z]{1,3}$/);
  const expression = fc.oneof(
    fc.record({
      key: name,
      operator: fc.constantFrom('In', 'NotIn'),
      values: fc.array(name, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ key: name, operator: fc.constantFrom('Exists', 'DoesNotExist') }),
  );
  const selector = fc.record({
    matchLabels: fc.dictionary(name, name, { maxKeys: 3 }),
    matchExpressions: fc.array(expression, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(selector, fc.dictionary(name, name), (object, labels) => {
      const matcher = labelSelectorFromObject(object);
      const again = parseLabelSelector(matcher.toString());
      assert.equal(again.toString(), matcher.toString());
      for (const candidate of [labels, object.matchLabels, { ...labels, ...object.matchLabels }]) {
        assert.equal(again.matches(candidate), matcher.matches(candidate));
      }
    }),
  );
});

test('field selectors parse with escapes and survive a round trip', () => {
  assert.deepEqual(parseFieldSelector('status.phase!=Running,spec.nodeName==n1,a='), [
    { field: 'status.phase', op: '!=', value: 'Running' },
    { field: 'spec.nodeName', op: '=', value: 'n1' },
    { field: 'a', op: '=', value: '' },
  ]);
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const requirements = [
        { field: 'metadata.name', op: '=' as const, value: a },
        { field: 'spec.x', op: '!=' as const, value: b },
      ];
      assert.deepEqual(parseFieldSelector(fieldSelectorText(requirements)), requirements);
    }),
  );
});

test('broken field selectors are refused with the texts of Kubernetes', () => {
  assert.equal(
    refusal(() => parseFieldSelector('metadata.name')),
    "invalid selector: 'metadata.name'; can't understand 'metadata.name'",
  );
  assert.match(
    refusal(() => parseFieldSelector('a=b\\c')),
    /invalid escape sequence/,
  );
  assert.match(
    refusal(() => parseFieldSelector('a=b=c')),
    /unescaped character in value: =/,
  );
});
