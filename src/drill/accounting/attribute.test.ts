import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fault, pods, Story } from '../../../tests/support/drill/story.ts';

const [a] = pods;
const victimA = { pods: a ? [a] : [] };

test('a failure is attributed to the victim that its record names, by name or by node', () => {
  const story = new Story();
  const [byName, byNode, other] = [story.fails(1_000, 'a'), story.fails(1_000, 'b'), story.fails(1_000, 'c')];
  const faults = [fault(500, victimA), fault(600, { nodes: ['node-2'] }, { step: 1 })];
  const { causes, unattributed, faultOf } = story.attribute(faults);
  assert.deepEqual(
    [byName, byNode, other].map((index) => faultOf(index)),
    [0, 1, -1],
  );
  assert.equal(unattributed, 1);
  assert.deepEqual(
    causes.map(({ cause, step, count }) => [cause?.en, step, count]),
    [
      [undefined, undefined, 1],
      ['fault: pod a', 0, 1],
      ['fault: node node-2', 1, 1],
    ],
  );
});

test('time alone is no cause: neither without a name, nor with the name but before the fault', () => {
  const story = new Story();
  for (const server of ['b', undefined]) story.fails(1_000, server);
  story.fails(100, 'a');
  story.add(
    { startedAt: 1_000, success: false, code: 'Non HTTP response code: java.net.SocketException' },
    null,
  );
  const { unattributed } = story.attribute([fault(500, victimA)]);
  assert.equal(unattributed, 4);
});

test('sorry pages and full queues are the doing of faults that cause such a state, as long as it may last', () => {
  const story = new Story();
  const page = { success: false, code: '503', message: 'Service Unavailable' };
  story.add(
    { ...page, startedAt: 1_000, outcome: 'sorry' },
    { outcome: 'sorry', status: 503, server: undefined },
  );
  story.add(
    { ...page, startedAt: 1_000, outcome: 'shed' },
    { outcome: 'shed', status: 503, server: undefined },
  );
  story.add(
    { ...page, startedAt: 9_000, outcome: 'sorry' },
    { outcome: 'sorry', status: 503, server: undefined },
  );
  story.add(
    { ...page, startedAt: 9_000, outcome: 'shed' },
    { outcome: 'shed', status: 503, server: undefined },
  );
  const gaveUp = { success: false, code: 'Non HTTP response code: java.net.SocketTimeoutException' };
  story.add({ ...gaveUp, startedAt: 1_000 }, { outcome: 'aborted', termination: 'CQ--', server: undefined });
  const unattributed = (...states: ('none-usable' | 'queue-full')[]) =>
    story.attribute([fault(500, { states }, { statesUntil: { 'none-usable': 5_000, 'queue-full': 5_000 } })])
      .unattributed;
  assert.equal(unattributed(), 5);
  assert.equal(unattributed('none-usable'), 4);
  assert.equal(unattributed('queue-full'), 3);
  assert.equal(unattributed('none-usable', 'queue-full'), 2);
});

test('only what the balancer never wrote down is its own', () => {
  const story = new Story();
  const refused = 'Non HTTP response code: java.net.ConnectException';
  const reset = 'Non HTTP response code: java.net.SocketException';
  story.add({ startedAt: 1_000, success: false, code: refused, message: 'Connection refused' }, null);
  story.add({ startedAt: 1_000, success: false, code: reset, message: 'Connection reset' }, null);
  story.fails(1_000, 'b');
  const bins = { ok: 0, clientError: 0, serverError: 0, shed: 0, sorry: 0, aborted: 0 };
  const epochs = [
    { epoch: '1', beganAt: 0, firstAt: 0, lastAt: 950, bins, inFlight: 0, isLost: true },
    { epoch: '2', beganAt: 1_100, firstAt: 1_150, lastAt: 3_000, bins, inFlight: 0, isLost: false },
  ];
  assert.equal(story.attribute([fault(900, { balancer: true })], epochs).unattributed, 1);
  assert.equal(story.attribute([fault(900, { balancer: true })]).unattributed, 2);
  assert.equal(story.attribute([fault(900, victimA)], epochs).unattributed, 3);
});

test('who gave up while there was no engine waited for the balancer, who gave up with a server did not', () => {
  const story = new Story();
  const gaveUp = { success: false, code: 'Non HTTP response code: java.net.SocketTimeoutException' };
  story.add(
    { ...gaveUp, startedAt: 1_000, elapsedMs: 5_000 },
    { outcome: 'aborted', totalMs: 1, server: undefined },
  );
  story.add(
    { ...gaveUp, startedAt: 1_000, elapsedMs: 5_000 },
    { outcome: 'aborted', totalMs: 4_990, server: 'b' },
  );
  const bins = { ok: 0, clientError: 0, serverError: 0, shed: 0, sorry: 0, aborted: 0 };
  const epochs = [
    { epoch: '1', beganAt: 0, firstAt: 0, lastAt: 950, bins, inFlight: 0, isLost: true },
    { epoch: '2', beganAt: 5_500, firstAt: 5_600, lastAt: 9_000, bins, inFlight: 0, isLost: false },
  ];
  const { causes, unattributed } = story.attribute([fault(900, { balancer: true })], epochs);
  assert.equal(unattributed, 1);
  assert.match(causes.find(({ cause }) => cause !== undefined)?.cause?.en ?? '', /no engine took/);
});

test('of several faults that have the name it was the latest', () => {
  const story = new Story();
  const index = story.fails(1_000, 'a');
  const faults = [fault(100, victimA), fault(900, { nodes: ['node-1'] }), fault(2_000, victimA)];
  assert.equal(story.attribute(faults).faultOf(index), 1);
});
