// What leastconn, random and first have in common is that they look at what servers do: tested with servers that do nothing but count.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fits } from '../../../tests/support/lb/chi-square.ts';
import type { Candidate } from './candidate.ts';
import { firstWithRoom } from './first.ts';
import { leastconn } from './leastconn.ts';
import { betterOfTwo } from './random.ts';

interface Load {
  readonly inFlight?: number;
  readonly weight?: number;
  readonly maxconn?: number;
}

function candidates(loads: readonly Load[]): readonly Candidate[] {
  return loads.map(({ inFlight = 0, weight = 1, maxconn = 100 }, slot) => ({
    ...{ slot, id: `server-${slot}`, weight },
    inFlight: () => inFlight,
    hasRoom: () => inFlight < maxconn,
  }));
}

const anyLoads = fc.array(
  fc.record({ inFlight: fc.nat(5), weight: fc.nat(3), maxconn: fc.integer({ min: 1, max: 5 }) }),
  { maxLength: 8 },
);

/** Numbers that look like chance and are the same in every run. */
function lots(): () => number {
  let seed = 1;
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
}

const algorithms = {
  leastconn: (all: readonly Candidate[]) => leastconn(all, 3),
  random: (all: readonly Candidate[]) => betterOfTwo(all, lots()),
  first: firstWithRoom,
};

for (const [name, pick] of Object.entries(algorithms)) {
  test(`${name} takes a server with room and weight exactly when there is one`, () => {
    fc.assert(
      fc.property(anyLoads, (loads) => {
        const all = candidates(loads);
        const open = all.filter((one) => one.weight > 0 && one.hasRoom());
        const picked = pick(all);
        if (open.length === 0) assert.equal(picked, undefined);
        else assert.ok(open.includes(all[picked as number] as Candidate));
      }),
    );
  });
}

test('leastconn takes the one with the fewest requests for its weight', () => {
  assert.equal(leastconn(candidates([{ inFlight: 3 }, { inFlight: 1 }, { inFlight: 2 }]), 0), 1);
  assert.equal(leastconn(candidates([{ inFlight: 4, weight: 4 }, { inFlight: 2 }]), 0), 0);
  assert.equal(leastconn(candidates([{ inFlight: 1, weight: 100 }, {}]), 0), 1);
});

test('equals of leastconn take turns', () => {
  const all = candidates([{}, { inFlight: 1 }, {}, {}]);
  const turns = [0, 1, 2, 3, 4, 5].map((turn) => leastconn(all, turn));
  assert.deepEqual(turns, [0, 2, 3, 0, 2, 3]);
});

test('random goes by weight, and prefers the one with less to do', () => {
  const random = lots();
  const all = candidates([{ weight: 2 }, { weight: 1 }, { weight: 1 }]);
  const picks = Array.from({ length: 4_000 }, () => betterOfTwo(all, random));
  const counts = [0, 1, 2].map((server) => picks.filter((index) => index === server).length);
  assert.ok(fits(counts, [0.5, 0.25, 0.25]), counts.join(' '));

  const uneven = candidates([{ inFlight: 9 }, { inFlight: 0 }, { inFlight: 0 }]);
  const toBusy = Array.from({ length: 4_000 }, () => betterOfTwo(uneven, random)).filter(
    (index) => index === 0,
  );
  // Only where both lots fall on it: one of nine.
  assert.ok(toBusy.length > 350 && toBusy.length < 550, `${toBusy.length}`);
});

test('first fills servers in their order', () => {
  assert.equal(firstWithRoom(candidates([{ inFlight: 2, maxconn: 2 }, { weight: 0 }, {}, {}])), 2);
});
