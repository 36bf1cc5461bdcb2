import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlan } from './check-plan.ts';
import { readPlan } from './yaml/read-plan.ts';

function faults(group: string, more = ''): string {
  const text = `groups: [{ name: g, ${group} steps: [{ get: http://a/ }] }]\n${more}`;
  return checkPlan(readPlan(text, '/nowhere/plan.yaml')).join('\n');
}

test('a plan that can be run has no faults', () => {
  assert.equal(faults('users: 100, rampUp: 20s, duration: 1m,'), '');
  assert.equal(faults('users: "${__P(users,10)}",'), '', 'what a template gives is not known yet');
});

test('impossible numbers and times are told', () => {
  assert.match(faults('users: 0,'), /has no users/);
  assert.match(faults('users: many,'), /has no users/);
  assert.match(faults('loops: 0,'), /0 loops/);
  assert.match(faults('duration: 0s,'), /lasts 0 seconds/);
  assert.match(faults('rampUp: 20s, duration: 5s,'), /ramp-up is longer/);
  assert.match(faults('rate: 0/s, duration: 5s,'), /the rate 0/);
  assert.match(faults('rate: 5/s, duration: 0s,'), /lasts 0 seconds/);
});

test('files and thresholds are looked at before anything is sent', () => {
  assert.match(faults('', 'data: [{ file: users.csv }]'), /\/nowhere\/users\.csv cannot be read/);
  assert.match(faults('', 'thresholds: [fast]'), /"fast" is no threshold/);
});

test('functions that are not supported are told with their place', () => {
  assert.match(faults('', 'variables: { x: "${__nope(1)}" }'), /the function __nope is not supported/);
});
