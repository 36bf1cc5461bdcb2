import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { frontendOf } from '../../../tests/support/lb/models.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { newConnectionMemory, SlotAllocation } from './connection-slots.ts';

/** As much of a socket as a limit sees. */
class Visitor extends EventEmitter {
  isIn = false;

  pause(): this {
    return this;
  }

  leave(): void {
    this.emit('close');
  }

  destroy(): void {
    this.leave();
  }

  come(limit: ConnectionLimit): this {
    limit.enter(this as unknown as Socket, () => {
      this.isIn = true;
    });
    return this;
  }
}

test('beyond the limit connections wait for one to end, in the order in which they came', async () => {
  const limit = new ConnectionLimit(newConnectionMemory(), 0, 2);
  const [a, b, c, d] = [0, 1, 2, 3].map(() => new Visitor().come(limit)) as [
    Visitor,
    Visitor,
    Visitor,
    Visitor,
  ];
  assert.deepEqual([a.isIn, b.isIn, c.isIn, d.isIn], [true, true, false, false]);
  a.leave();
  await eventually(() => c.isIn);
  assert.equal(d.isIn, false);
  b.leave();
  await eventually(() => d.isIn);
});

test('the limit is one for all workers', async () => {
  const memory = newConnectionMemory();
  const [here, there] = [new ConnectionLimit(memory, 7, 1), new ConnectionLimit(memory, 7, 1)];
  const first = new Visitor().come(here);
  const second = new Visitor().come(there);
  assert.deepEqual([first.isIn, second.isIn], [true, false]);
  first.leave();
  await eventually(() => second.isIn);
});

test('who goes away while it waits takes no place', async () => {
  const limit = new ConnectionLimit(newConnectionMemory(), 0, 1);
  const [a, b, c] = [0, 1, 2].map(() => new Visitor().come(limit)) as [Visitor, Visitor, Visitor];
  b.leave();
  a.leave();
  await eventually(() => c.isIn);
  assert.equal(b.isIn, false);
});

test('a limit that is raised lets those in that wait', async () => {
  const limit = new ConnectionLimit(newConnectionMemory(), 0, 1);
  new Visitor().come(limit);
  const waiting = new Visitor().come(limit);
  limit.update(2);
  await eventually(() => waiting.isIn);
});

test('a closed limit drops those that wait', () => {
  const limit = new ConnectionLimit(newConnectionMemory(), 0, 0);
  const waiting = new Visitor().come(limit);
  let isClosed = false;
  waiting.once('close', () => (isClosed = true));
  limit.close();
  assert.ok(isClosed);
});

test('a frontend keeps its slot while it has a limit, and no two have the same', () => {
  const slots = new SlotAllocation();
  const limited = (name: string) => ({ ...frontendOf(1), name, maxconn: 1 });
  const first = slots.allot([limited('a'), limited('b'), { ...frontendOf(1), name: 'free' }]);
  assert.deepEqual(Object.keys(first), ['a', 'b']);
  assert.notEqual(first.a, first.b);
  const second = slots.allot([limited('b'), limited('c')]);
  assert.equal(second.b, first.b);
  assert.equal(second.a, undefined);
  assert.notEqual(second.c, second.b);
});
