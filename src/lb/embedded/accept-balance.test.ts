import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { AcceptBalance, newBalanceMemory } from './accept-balance.ts';

const socket = () => new EventEmitter() as Socket;

/** Time that passes by naps only, and by hand. */
class Time {
  at = 0;
  slept = 0;

  now(): number {
    return this.at;
  }

  nap(_words: Int32Array, _place: number, ms: number): void {
    this.at += ms;
    this.slept += ms;
  }
}

function accept(balance: AcceptBalance, count: number): void {
  for (let n = 0; n < count; n++) balance.accepted(socket());
}

test('a worker that is ahead of the others sleeps for a millisecond after each connection', () => {
  const time = new Time();
  const balance = new AcceptBalance(newBalanceMemory(2), 0, time);
  accept(balance, 4);
  assert.equal(time.slept, 0);
  accept(balance, 1);
  assert.equal(time.slept.toFixed(1), '1.0');
});

test('it wakes as soon as another one has caught up', () => {
  const memory = newBalanceMemory(2);
  const time = new Time();
  const nap = () => {
    time.slept += 1;
    Atomics.add(new Int32Array(memory), 1, 1);
  };
  const balance = new AcceptBalance(memory, 0, { now: () => 0, nap });
  accept(balance, 5);
  assert.equal(time.slept, 1);
});

test('it sleeps no more than 20 ms at once, and a tenth of its time', () => {
  const time = new Time();
  const balance = new AcceptBalance(newBalanceMemory(2), 0, time);
  accept(balance, 1_000);
  assert.ok(time.slept > 19 && time.slept <= 20.2);
  const before = time.slept;
  time.at += 100;
  accept(balance, 1_000);
  assert.ok(time.slept - before > 9 && time.slept - before <= 10.2);
});

test('connections that were closed do not count', () => {
  const memory = newBalanceMemory(2);
  const balance = new AcceptBalance(memory, 1);
  const sockets = [socket(), socket(), socket()];
  for (const one of sockets) balance.accepted(one);
  assert.equal(new Int32Array(memory)[1], 3);
  for (const one of sockets) one.emit('close');
  assert.deepEqual([...new Int32Array(memory)], [0, 0, 0]);
});

test('the real nap ends by itself', () => {
  accept(new AcceptBalance(newBalanceMemory(2), 0), 5);
});
