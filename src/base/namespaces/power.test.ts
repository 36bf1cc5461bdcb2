import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Held, Power } from './power.ts';

/** Namespaces that end when they are told to. */
class FakeHeld implements Held {
  readonly #ending = Promise.withResolvers<void>();
  isDead = false;
  readonly holder = {
    ...{ pid: 1, enter: [], kinds: { user: false, net: false, pid: true } },
    ended: this.#ending.promise,
    kill: () => this.end(),
  };

  end(): void {
    this.isDead = true;
    this.#ending.resolve();
  }
}

function powerOf(lost: FakeHeld[] = []) {
  const made: FakeHeld[] = [];
  const make = async () => {
    const held = new FakeHeld();
    made.push(held);
    return held;
  };
  return { made, power: new Power(make, (held) => lost.push(held)) };
}

test('it is made once, for all who want it at the same time', async () => {
  const { power, made } = powerOf();
  assert.equal(power.running, undefined);
  const [one, two] = await Promise.all([power.on(), power.on()]);
  assert.equal(one, two);
  assert.equal(power.running, one);
  assert.equal(made.length, 1);
});

test('what ended by itself is told once, and another one is made for the next', async () => {
  const lost: FakeHeld[] = [];
  const { power, made } = powerOf(lost);
  const first = await power.on();
  first.end();
  await first.holder.ended;
  assert.equal(power.running, undefined);
  assert.deepEqual(lost, [first]);
  assert.notEqual(await power.on(), first);
  assert.equal(made.length, 2);
});

test('what is switched off is dead, and not told', async () => {
  const lost: FakeHeld[] = [];
  const { power } = powerOf(lost);
  const first = await power.on();
  power.off();
  power.off();
  assert.ok(first.isDead);
  await first.holder.ended;
  const second = await power.on();
  assert.notEqual(second, first);
  assert.equal(power.running, second);
  assert.deepEqual(lost, []);
});

test('what is switched off while it is made does not live on', async () => {
  const { power, made } = powerOf();
  const coming = power.on();
  power.off();
  await assert.rejects(coming, /lost its power/);
  assert.ok(made[0]?.isDead);
  assert.equal(power.running, undefined);
  const next = await power.on();
  assert.equal(next.isDead, false);
});

test('after a failure it is tried again', async () => {
  let attempts = 0;
  const power = new Power(async () => {
    attempts++;
    if (attempts === 1) throw new Error('no more namespaces');
    return new FakeHeld();
  });
  await assert.rejects(power.on(), /no more namespaces/);
  await power.on();
  assert.equal(attempts, 2);
});
