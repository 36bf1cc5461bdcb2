import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeApi } from '../../tests/support/fake-api.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { Client } from '../client/client.ts';
import { secrets } from '../client/resources.ts';
import { newSecrets, sharedSecretName, sharedSecrets } from './shared-secrets.ts';

const hourMs = 3_600_000;

class World {
  readonly api = new FakeApi();
  readonly clock = new FakeClock();
  readonly client = new Client(this.api);
  readonly resource = this.client.resource(secrets, 'kube-system');

  keep(made = newSecrets()) {
    return sharedSecrets(this.client, this.clock, made);
  }
}

test('the first balancer makes the keys, and the others take them', async () => {
  const world = new World();
  const made = newSecrets();
  assert.deepEqual(await world.keep(made), made);
  assert.deepEqual(await world.keep(), made);
  assert.equal(Buffer.from(made.cookieKey, 'base64').length, 32);
  assert.deepEqual(
    made.ticketKeys.map((key) => Buffer.from(key, 'base64').length),
    [48],
  );
});

test('two that make them at the same time agree', async () => {
  const world = new World();
  const [one, two] = await Promise.all([world.keep(), world.keep()]);
  assert.deepEqual(one, two);
});

test('ticket keys are replaced twice a day, cookies stay', async () => {
  const world = new World();
  const first = await world.keep();
  world.clock.advance(11 * hourMs);
  assert.deepEqual(await world.keep(), first);
  world.clock.advance(2 * hourMs);
  const second = await world.keep();
  assert.equal(second.cookieKey, first.cookieKey);
  assert.deepEqual(second.ticketKeys.slice(1), first.ticketKeys);
  for (let i = 0; i < 5; i++) {
    world.clock.advance(13 * hourMs);
    await world.keep();
  }
  const last = await world.keep();
  assert.equal(new Set(last.ticketKeys).size, 3);
  assert.ok(!last.ticketKeys.includes(second.ticketKeys[0] ?? ''));
});

test('a clock that was set back does not rotate more than once', async () => {
  const world = new World();
  await world.keep();
  world.clock.setWall(world.clock.now() - 24 * hourMs);
  const rotated = await world.keep();
  assert.equal(rotated.ticketKeys.length, 2);
  assert.deepEqual(await world.keep(), rotated);
});

test('a Secret that was damaged is written anew', async () => {
  const world = new World();
  await world.keep();
  await world.resource.patch(sharedSecretName, { data: { cookieKey: 'AAAA' } });
  const made = newSecrets();
  assert.deepEqual(await world.keep(made), made);
  assert.deepEqual(await world.keep(), made);
});
