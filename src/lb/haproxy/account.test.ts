import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Account, outcomeOf } from './account.ts';
import { type Ended, parseEnded } from './event-stream.ts';

const ended = (status: number, termination: string, more: Partial<Ended> = {}): Ended => ({
  ...{ frontend: 'in:web', backend: 'app', server: 'a', isSorry: false, status, termination, ...more },
});

test('each way in which HAProxy ends a request has its bin', () => {
  const cases: [Ended, string][] = [
    [ended(500, '--'), 'serverError'],
    [ended(200, 'CD'), 'aborted'],
    [ended(400, 'CH'), 'aborted'],
    [ended(0, 'CQ', { server: undefined }), 'aborted'],
    [ended(503, 'sQ', { server: undefined }), 'shed'],
    [ended(503, 'PR', { server: undefined }), 'shed'],
    [ended(503, 'LR', { server: undefined }), 'sorry'],
    [ended(503, 'SC', { isSorry: true }), 'sorry'],
    [ended(503, 'SC'), 'serverError'],
    [ended(504, 'sH'), 'serverError'],
    [ended(200, 'SD'), 'serverError'],
    [ended(101, 'sD'), 'ok'],
    [ended(101, 'CD'), 'ok'],
    [ended(400, 'PR', { backend: 'in:web', server: undefined }), 'clientError'],
    [ended(408, 'cR', { backend: 'in:web', server: undefined }), 'clientError'],
    [ended(503, 'LR', { backend: 'in:web', server: undefined }), 'serverError'],
    [ended(308, 'LR', { backend: 'in:web', server: undefined }), 'ok'],
  ];
  for (const [one, wanted] of cases) assert.equal(outcomeOf(one), wanted, JSON.stringify(one));
});

test('what was told of moves from where HAProxy counted it to where it belongs', () => {
  const account = new Account();
  for (const one of [ended(400, 'CH'), ended(503, 'sQ', { server: undefined }), ended(500, '--')])
    account.note(one);
  const { bins, classes } = account.settle('in:web', [0, 0, 20, 0, 4, 2]);
  assert.deepEqual(bins, { aborted: 1, sorry: 0, shed: 1, serverError: 1, clientError: 3, ok: 20 });
  assert.deepEqual(classes, [1, 0, 20, 0, 3, 2]);
  assert.deepEqual(account.settle('app', [0, 0, 20, 0, 4, 2]).bins, bins);
});

test('a request that was told of before it was counted is in one bin only', () => {
  const account = new Account();
  account.note(ended(500, '--'));
  assert.equal(account.settle('in:web', [0, 0, 0, 0, 0, 0]).bins.serverError, 1);
  assert.equal(account.settle('in:web', [0, 0, 0, 0, 0, 1]).bins.serverError, 1);
});

test('connections in mode tcp are ok unless something else was told', () => {
  const account = new Account();
  account.note(ended(0, 'SC'));
  assert.deepEqual(account.settleConnections('in:web', 5), {
    ...{ aborted: 0, sorry: 0, shed: 0, serverError: 1, clientError: 0, ok: 4 },
  });
});

test('a line of the ring is read, others are not', () => {
  const line = '<131>1 2026-11-21T11:36:52.8+00:00 - haproxy 1 - [ended in:web~ app <NOSRV> -1 CQ -] -';
  assert.deepEqual(parseEnded(line), {
    ...{ frontend: 'in:web', backend: 'app', status: 0, termination: 'CQ', isSorry: false },
  });
  assert.equal(parseEnded('<129>1 … Server app/a is DOWN, reason: Layer4 timeout'), undefined);
});
