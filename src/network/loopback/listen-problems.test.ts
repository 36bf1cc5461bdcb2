import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findListenProblems } from './listen-problems.ts';
import type { Listener } from './listeners.ts';

const podIp = '127.16.1.2';

/** `mine` are the pod's own, `theirs` everybody else's; `0.0.0.0:80`. */
function found(ports: number[], mine: string[], theirs: string[] = []) {
  const listener = (place: string): Listener => {
    const cut = place.lastIndexOf(':');
    return { address: place.slice(0, cut), port: Number(place.slice(cut + 1)), inode: place };
  };
  const all = [...mine, ...theirs].map(listener);
  const { problems, silent } = findListenProblems(podIp, ports, all, new Set(mine));
  return { problems: problems.map(({ kind, listener: { inode } }) => `${kind} ${inode}`), silent };
}

test('a pod that listens on its own address is fine, whatever it keeps to itself', () => {
  const right = found([80], [`${podIp}:80`, '127.0.0.1:9000'], ['0.0.0.0:22', '127.16.1.3:80']);
  assert.deepEqual(right, { problems: [], silent: [] });
  assert.deepEqual(found([80], []), { problems: [], silent: [80] });
});

test('all addresses are too many, declared or not', () => {
  assert.deepEqual(found([80], ['0.0.0.0:80']), { problems: ['everywhere 0.0.0.0:80'], silent: [] });
  assert.deepEqual(found([], [':::5000']), { problems: ['everywhere :::5000'], silent: [] });
});

test('a declared port on another address is found by nobody', () => {
  assert.deepEqual(found([80, 81], ['127.0.0.1:80']), { problems: ['elsewhere 127.0.0.1:80'], silent: [81] });
  assert.deepEqual(found([80], ['127.0.0.1:80', `${podIp}:80`]).problems, []);
});

test("somebody else's listener at the pod's port is told", () => {
  assert.deepEqual(found([80], [], ['0.0.0.0:80']), { problems: ['taken 0.0.0.0:80'], silent: [80] });
  assert.deepEqual(found([80], [], [`${podIp}:80`]).problems, [`taken ${podIp}:80`]);
  assert.deepEqual(found([80], [], ['127.0.0.1:80']).problems, []);
});
