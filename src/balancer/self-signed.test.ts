import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { FakeApi } from '../../tests/support/fake-api.ts';
import { FakeClock } from '../../tests/support/fake-clock.ts';
import { meta } from '../../tests/support/objects.ts';
import type { V1Ingress } from '../api/generated/types.ts';
import { Client } from '../client/client.ts';
import { SelfSigned } from './self-signed.ts';

const dayMs = 24 * 3_600_000;

function ingress(name: string, ...hosts: string[]): V1Ingress {
  const metadata = meta(name, { annotations: { 'relevo.dev/tls': 'self-signed' } });
  const spec = { rules: hosts.map((host) => ({ host })) };
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec };
}

class World {
  readonly api = new FakeApi();
  readonly clock = new FakeClock();
  readonly tested = this.another();

  another(): SelfSigned {
    return new SelfSigned(new Client(this.api), this.clock);
  }
}

test('a certificate is made for the hosts of an Ingress, and fits its key', async () => {
  const { tested } = new World();
  const shop = ingress('shop', 'shop.test', '*.shop.test');
  assert.equal(tested.isBehind([shop]), true);
  await tested.keepUp([shop]);
  assert.equal(tested.isBehind([shop]), false);
  const { chain = '', key = '' } = tested.of('default/shop') ?? {};
  const certificate = new X509Certificate(chain);
  assert.equal(certificate.subjectAltName, 'DNS:*.shop.test, DNS:shop.test');
  assert.ok(certificate.checkPrivateKey(createPrivateKey(key)));
  assert.ok(certificate.verify(certificate.publicKey));
});

test('other balancers, and later lives, have the same', async () => {
  const world = new World();
  const shop = ingress('shop');
  await world.tested.keepUp([shop]);
  const other = world.another();
  await other.keepUp([shop]);
  assert.deepEqual(other.of('default/shop'), world.tested.of('default/shop'));
  assert.equal(new X509Certificate(other.of('default/shop')?.chain ?? '').subjectAltName, 'DNS:localhost');
});

test('it is made anew when the hosts change and before it ends', async () => {
  const { tested, clock } = new World();
  await tested.keepUp([ingress('shop', 'a.test')]);
  const first = tested.of('default/shop');
  const changed = ingress('shop', 'b.test');
  assert.equal(tested.isBehind([changed]), true);
  await tested.keepUp([changed]);
  const second = tested.of('default/shop');
  assert.notEqual(second?.chain, first?.chain);
  clock.advance(334 * dayMs);
  assert.equal(tested.isBehind([changed]), false);
  clock.advance(2 * dayMs);
  assert.equal(tested.isBehind([changed]), true);
  await tested.keepUp([changed]);
  assert.equal(tested.isBehind([changed]), false);
});

test('what nobody asks for any more is forgotten', async () => {
  const world = new World();
  await world.tested.keepUp([ingress('a'), ingress('b')]);
  await world.tested.keepUp([ingress('b')]);
  assert.equal(world.tested.of('default/a'), undefined);
  const [secret] = world.api.all('secrets');
  assert.equal(Object.keys(secret?.data ?? {}).length, 1);
});
