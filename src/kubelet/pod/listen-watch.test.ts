import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../../tests/support/fake-clock.ts';
import { makePod } from '../../../tests/support/objects.ts';
import type { Listener } from '../../network/loopback/listeners.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { ListenWatch } from './listen-watch.ts';
import type { PodEvents } from './pod-events.ts';
import { PodState } from './pod-state.ts';

/** One pod, at 127.16.1.2 with port 80, whose process is 7. */
function world(ports = [{ containerPort: 80 }]) {
  const clock = new FakeClock();
  const pod = makePod('web', { containers: [{ name: 'app', image: 'a', ports }] });
  const state = new PodState(pod, clock.now());
  const [record] = state.records;
  assert.ok(record);
  const image = { name: 'a', id: 'a', pulled: false };
  const run = { id: 'run-1', podUid: state.uid, name: 'app', attempt: 0, image, startedAt: clock.now() };
  record.current = run;
  state.attachment = { ips: ['127.16.1.2'], env: {} };
  const events: string[] = [];
  const sockets = { all: [] as Listener[], own: new Set<string>(), looks: 0 };
  const watch = new ListenWatch({
    clock,
    runtime: { processes: () => new Map([['run-1', [7]]]) } as unknown as Runtime,
    view: {
      listeners: () => {
        sockets.looks++;
        return sockets.all;
      },
      socketsOf: (pids) => (pids.includes(7) ? sockets.own : new Set()),
      holderOf: ({ inode }) => (inode === 'secret' ? undefined : `program (process ${inode})`),
    },
    events: {
      containerWarning: (_pod: unknown, _record: unknown, reason: string, message: string) =>
        events.push(`${reason}: ${message}`),
    } as unknown as PodEvents,
    pods: () => [state],
  });
  const listen = (address: string, port: number, inode: string, isOwn = true) => {
    sockets.all.push({ address, port, inode });
    if (isOwn) sockets.own.add(inode);
  };
  return { clock, state, record, run, events, sockets, watch, listen };
}

test('a program on all addresses is told once, however long it stays there', () => {
  const { clock, events, watch, listen } = world();
  watch.started();
  listen('0.0.0.0', 80, '7');
  clock.advance(1_000);
  watch.started();
  clock.advance(600_000);
  assert.equal(events.length, 1);
  assert.match(
    events[0] ?? '',
    /^WrongListenAddress: program \(process 7\) listens on 0\.0\.0\.0:80, .*127\.16\.1\.2:80/,
  );
});

test('a pod that listens as it should is not looked at any more', () => {
  const { clock, events, sockets, watch, listen } = world();
  watch.started();
  listen('127.16.1.2', 80, '7');
  clock.advance(5_000);
  const { looks } = sockets;
  clock.advance(3_600_000);
  assert.deepEqual([events, sockets.looks, clock.pending], [[], looks, 0]);
});

test('one that does not listen yet is looked at ever more rarely', () => {
  const { clock, sockets, watch, listen, events } = world();
  watch.started();
  clock.advance(60_000);
  const first = sockets.looks;
  clock.advance(60_000);
  assert.ok(sockets.looks - first <= 4, String(sockets.looks - first));
  listen('127.0.0.1', 80, '7');
  clock.advance(31_000);
  assert.match(
    events[0] ?? '',
    /^WrongListenAddress: .* listens on 127\.0\.0\.1:80, but this pod's address is 127\.16\.1\.2/,
  );
});

test('a container that fails because its port is taken says by whom, as far as that can be seen', () => {
  const { state, record, run, events, watch, listen, clock } = world();
  listen('0.0.0.0', 80, 'secret', false);
  record.current = { ...run, exit: { exitCode: 1, finishedAt: clock.now() } };
  watch.failed(state, record);
  assert.match(
    events[0] ?? '',
    /^PortTaken: port 80 .* is taken: a program that this node cannot see listens on 0\.0\.0\.0:80/,
  );
});

test('a probe that was refused is told where the pod listens', () => {
  const { state, watch, listen } = world();
  assert.equal(watch.hint(state), "; none of the pod's programs listens on a TCP port");
  listen('127.16.1.2', 8080, '7');
  listen('::1', 81, '8');
  assert.equal(watch.hint(state), "; the pod's programs listen on 127.16.1.2:8080, [::1]:81");
});

test('a pod without declared ports is looked at for a minute', () => {
  const { clock, watch, listen, events } = world([]);
  watch.started();
  clock.advance(90_000);
  assert.equal(clock.pending, 0);
  watch.started();
  listen('::', 5000, '7');
  clock.advance(90_000);
  assert.deepEqual(events, [], 'it is too old by now');
});
