import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asks, asksPath } from '../../../tests/support/auth-objects.ts';
import { type PolicyRule, ruleAllows } from './policy-rule.ts';
import { compactRules, missingRules, ruleText } from './rule-cover.ts';

const rule = (verbs: string, groups: string, resources: string, names = ''): PolicyRule => ({
  verbs: verbs.split(' '),
  apiGroups: groups.split(' ').map((group) => (group === 'core' ? '' : group)),
  resources: resources.split(' '),
  ...(names ? { resourceNames: names.split(' ') } : {}),
});
const urls = (list: string): PolicyRule => ({ verbs: ['get'], nonResourceURLs: list.split(' ') });

const table: [text: string, held: PolicyRule[], wanted: PolicyRule[], missing: string[]][] = [
  ['the same rule is covered', [rule('get', 'core', 'pods')], [rule('get', 'core', 'pods')], []],
  [
    'two rules cover together what neither does alone',
    [rule('get', 'core', 'pods'), rule('list', 'core', 'pods')],
    [rule('get list', 'core', 'pods')],
    [],
  ],
  [
    'wildcards cover',
    [rule('*', '*', '*')],
    [rule('get create', 'core apps', 'pods deployments/scale', 'a')],
    [],
  ],
  [
    'a wildcard is not covered by names',
    [rule('get', 'core', 'pods')],
    [rule('*', 'core', 'pods')],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["*"]}'],
  ],
  ['all names cover some names', [rule('get', 'core', 'pods')], [rule('get', 'core', 'pods', 'a b')], []],
  [
    'some names do not cover all names',
    [rule('get', 'core', 'pods', 'a')],
    [rule('get', 'core', 'pods')],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["get"]}'],
  ],
  [
    'each name counts for itself',
    [rule('get', 'core', 'pods', 'a')],
    [rule('get', 'core', 'pods', 'a b')],
    ['{APIGroups:[""], Resources:["pods"], ResourceNames:["b"], Verbs:["get"]}'],
  ],
  [
    '*/scale covers a scale',
    [rule('get', 'apps', '*/scale')],
    [rule('get', 'apps', 'deployments/scale')],
    [],
  ],
  [
    'a resource does not cover its subresource',
    [rule('get', 'core', 'pods')],
    [rule('get', 'core', 'pods/log')],
    ['{APIGroups:[""], Resources:["pods/log"], Verbs:["get"]}'],
  ],
  ['a star path covers what is below', [urls('/api/*')], [urls('/api/v1 /api/*')], []],
  [
    'a path does not cover a star',
    [urls('/api/v1')],
    [urls('/api/*')],
    ['{NonResourceURLs:["/api/*"], Verbs:["get"]}'],
  ],
  [
    'resource rules cover no paths',
    [rule('*', '*', '*')],
    [urls('/x')],
    ['{NonResourceURLs:["/x"], Verbs:["get"]}'],
  ],
  [
    'missing verbs of one resource are shown together',
    [],
    [rule('get list', 'core', 'pods')],
    ['{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}'],
  ],
];

for (const [text, held, wanted, missing] of table) {
  test(text, () => assert.deepEqual(compactRules(missingRules(held, wanted)).map(ruleText), missing));
}

const some = (...values: string[]) => fc.subarray(values, { minLength: 1 });
const verbs = some('get', 'list', '*');
const anyRule: fc.Arbitrary<PolicyRule> = fc.oneof(
  fc.record(
    {
      verbs,
      apiGroups: some('', 'apps', '*'),
      resources: some('pods', 'pods/log', 'pods/scale', '*/scale', '*/log', '*'),
      resourceNames: fc.subarray(['a', 'b']),
    },
    { requiredKeys: ['verbs', 'apiGroups', 'resources'] },
  ),
  fc.record({ verbs, nonResourceURLs: some('/a', '/a/*', '/a/b', '/a*', '*') }),
);
const anyQuestion = fc.oneof(
  fc
    .record({
      verb: fc.constantFrom('get', 'list', 'watch'),
      group: fc.constantFrom('', 'apps', 'other'),
      resource: fc.constantFrom('pods', 'nodes'),
      subresource: fc.constantFrom('', 'log', 'scale', 'status'),
      name: fc.constantFrom('', 'a', 'b', 'c'),
    })
    .map((fields) => ({ ...asks(''), ...fields })),
  fc.constantFrom('/a', '/a/', '/a/b', '/ab', '/c').map((path) => asksPath('get', path)),
);

test('cover is sound: whatever covered rules allow, the holder was allowed already', () => {
  fc.assert(
    fc.property(
      fc.array(anyRule, { maxLength: 4 }),
      fc.array(anyRule, { maxLength: 3 }),
      anyQuestion,
      (held, wanted, asked) => {
        fc.pre(missingRules(held, wanted).length === 0);
        const granted = wanted.some((one) => ruleAllows(one, asked));
        return !granted || held.some((one) => ruleAllows(one, asked));
      },
    ),
    { numRuns: 2000, maxSkipsPerRun: 1000 },
  );
});

test('any rules cover themselves, and what is missing together with what is held covers everything wanted', () => {
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 4 }), fc.array(anyRule, { maxLength: 4 }), (held, wanted) => {
      const missing = missingRules(held, wanted);
      return (
        missingRules(wanted, wanted).length === 0 && missingRules([...held, ...missing], wanted).length === 0
      );
    }),
  );
});
