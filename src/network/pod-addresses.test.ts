import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NetnsPlan } from './netns/netns-plan.ts';
import { PodAddresses } from './pod-addresses.ts';

test('whoever comes and goes, nobody shares an address, and all addresses are used before one is again', () => {
  const plan = new NetnsPlan(77);
  const steps = fc.array(fc.record({ uid: fc.nat(30), leaves: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, fc.double({ min: 0, max: 0.999, noNaN: true }), (all, start) => {
      const addresses = new PodAddresses({ plan, nodeIndex: 3, random: () => start });
      const given = new Map<number, string>();
      const recent: string[] = [];
      for (const { uid, leaves } of all) {
        if (leaves) {
          addresses.release(String(uid));
          given.delete(uid);
        } else if (!given.has(uid)) {
          const address = addresses.take(String(uid), undefined);
          assert.notEqual(plan.podNumber(3, address), undefined);
          assert.ok(![...given.values()].includes(address));
          assert.ok(!recent.slice(-200).includes(address));
          given.set(uid, address);
          recent.push(address);
        }
      }
    }),
  );
});
