import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AnyObject } from '../../api/object.ts';
import { systemClock } from '../../base/clock.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { moveServices } from './service-network.ts';

async function storeWith(services: Record<string, string>): Promise<MemoryStore> {
  const store = new MemoryStore({ clock: systemClock });
  for (const [name, clusterIP] of Object.entries(services)) {
    const value = {
      metadata: { name },
      spec: { clusterIP, clusterIPs: [clusterIP] },
    } as unknown as AnyObject;
    await store.write(`services/default/${name}`, () => ({ op: 'put', value }));
  }
  return store;
}

test('Services from another network get an address of this one, and nobody else’s', async () => {
  const store = await storeWith({ old: '127.77.130.9', older: '10.0.0.5', here: '10.96.0.40', none: 'None' });
  await moveServices(store, '10.96.0.0/26', () => 0);
  const addressOf = (name: string) => store.get(`services/default/${name}`)?.value.spec?.clusterIP;
  assert.equal(addressOf('here'), '10.96.0.40');
  assert.equal(addressOf('none'), 'None');
  const moved = [addressOf('old'), addressOf('older')];
  for (const address of moved) assert.match(address, /^10\.96\.0\.\d+$/);
  assert.equal(new Set([...moved, '10.96.0.40', '10.96.0.1']).size, 4);
  await store.close();
});
