import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plan } from '../../../tests/support/load/user-world.ts';
import { evaluatedPlan } from '../run/evaluated-plan.ts';
import { knownValues } from './known-values.ts';

test('of two variables with one name that is known which the run takes', async () => {
  const variables = [
    { name: 'host', value: 'first', table: '1' },
    { name: 'port', value: '1', table: '1' },
    { name: 'host', value: 'second', table: '1' },
    { name: 'port', value: '2', table: '2' },
    { name: 'port', value: '3', table: '2' },
    { name: 'path', value: 'a' },
    { name: 'path', value: '${__P(path,b)}' },
  ];
  const whole = plan([], { variables });
  const text = '${host} ${port} ${path} ${other}';
  assert.equal(knownValues(whole)(text), 'first 2 b ${other}');
  assert.equal(knownValues(await evaluatedPlan(whole))(text), 'first 2 b ${other}');
});
