// Which parts of a cluster are killed, in which order and at which moments: drawn at random, and the same for the same seed.

import fc from 'fast-check';

export const victims = [
  ...(['pod', 'kubelet', 'node-init', 'node', 'power', 'balancer', 'engine', 'control-plane'] as const),
  ...(['supervisor', 'everything'] as const),
] as const;
/** `node` is its processes killed one after the other, or whatever holds them; `power` is what `relevo node stop` does. */
export type Victim = (typeof victims)[number];

export interface Kill {
  readonly victim: Victim;
  /** From 0 to below 1: which one of those that there are. */
  readonly pick: number;
  /** How long after the one before. */
  readonly afterMs: number;
}

/** Kills that follow each other before anybody looks. Only the last may be of all. */
export type Burst = readonly Kill[];

/** What takes everything with it. */
export function isFatal({ victim }: Kill): boolean {
  return victim === 'supervisor' || victim === 'everything';
}

const deck = fc.shuffledSubarray([...victims], { minLength: victims.length, maxLength: victims.length });
const manner = fc.record({
  // Not fc.double(): of all the doubles below 1 nearly all are next to 0.
  pick: fc.nat(999).map((thousandths) => thousandths / 1_000),
  afterMs: fc.oneof(fc.constant(0), fc.nat(400)),
});

/** Every victim has its turn before any has its second. */
export function bursts(seed: number, count: number): Burst[] {
  const most = 3;
  const drawn = fc.noBias(
    fc.record({
      decks: fc.array(deck, { minLength: count, maxLength: count }),
      sizes: fc.array(fc.integer({ min: 1, max: most }), { minLength: count, maxLength: count }),
      manners: fc.array(manner, { minLength: count * most, maxLength: count * most }),
    }),
  );
  const [{ decks, sizes, manners } = { decks: [], sizes: [], manners: [] }] = fc.sample(drawn, {
    seed,
    numRuns: 1,
  });
  const cards = decks.flat();
  return sizes.map((size) => {
    const burst: Kill[] = [];
    while (burst.length < size && !burst.some(isFatal)) {
      burst.push({ victim: cards.shift(), ...manners.shift() } as Kill);
    }
    return burst;
  });
}

export function inWords(burst: Burst): string {
  return burst
    .map(({ victim, pick, afterMs }) => `${victim} (${pick.toFixed(3)}, +${afterMs} ms)`)
    .join(', ');
}
