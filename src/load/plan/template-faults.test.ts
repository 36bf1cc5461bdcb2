import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controller, group, http, plan } from '../../../tests/support/load/user-world.ts';
import { templateFaults } from './template-faults.ts';

test('what is not carried out is told with its place, once', () => {
  const login = http('${__nope(1)} login', {
    path: '/${__nope(2)}',
    extractors: [
      { type: 'json', variable: 'v', path: '$.[', match: '1', joined: false, scope: 'main' },
      {
        type: 'regex',
        variable: 'v',
        pattern: 'a++',
        template: '$1$',
        match: '1',
        field: 'body',
        scope: 'main',
      },
    ],
  });
  const whether = controller(
    { type: 'if', condition: '${a} == open', isExpression: false, evaluateForEach: false },
    { ...login, at: 'Login' },
  );
  const faults = templateFaults(
    plan([group([whether])], { variables: [{ name: 'x', value: '${__Random(1)}' }] }),
  );
  assert.deepEqual(
    faults.map(({ where, text }) => `${where}: ${text}`),
    [
      'Plan: the function __Random takes 2 to 3 arguments, not 1',
      'Group > if: the condition ${a} == open: open is not known here: texts stand in quotes',
      'Login: the function __nope is not supported',
      'Login: the JSONPath $.[ ends too early',
      'Login: the pattern a++: the possessive quantifier ++ is not supported',
    ],
  );
});

test('conditions that JMeter does not evaluate are not looked at', () => {
  const steps = [
    controller({ type: 'while', condition: '${a} == open' }, http('A')),
    controller({ type: 'if', condition: 'whatever', isExpression: true, evaluateForEach: false }, http('A')),
  ];
  assert.deepEqual(templateFaults(plan([group(steps)])), []);
  assert.equal(templateFaults(plan([group(steps)], { dialect: 'yaml' })).length, 1);
});
