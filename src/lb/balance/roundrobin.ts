// Smooth weighted round robin as a sequence made beforehand: a pick is one step of a counter, for any number of servers and threads.

/** Slowstart and agents make weights of so many parts of one: HAProxy's scale. */
export const weightParts = 16;

interface Group {
  readonly weight: number;
  readonly members: number[];
  /** How far it is behind what is due to it, in parts of the period. */
  behind: number;
  next: number;
}

/**
 * Indexes of `weights` in the order of their turns; a counter modulo the length picks. Each index comes exactly as often as its weight says
 * and as evenly as nginx's smooth round robin spreads it. Weights are whole or in sixteenths, 0 never comes. Where the exact period would be
 * longer than `longest` they are rounded, nobody to 0: it may be longer by the number of weights. At most 65,536 weights.
 */
export function smoothSequence(weights: readonly number[], longest = 4096): Uint16Array {
  const shares = roundedShares(weights, longest);
  const groups = groupsOf(shares);
  const period = shares.reduce((sum, share) => sum + share, 0);
  const sequence = new Uint16Array(period);
  for (let turn = 0; turn < period; turn++) sequence[turn] = takeTurn(groups, period);
  return sequence;
}

// Members of one weight take the group's turns in rotation: what is compared at each turn is the few weights that differ, not a thousand
// servers, because the sequence is made again with every change of a weight.
function groupsOf(shares: readonly number[]): readonly Group[] {
  const groups = new Map<number, Group>();
  shares.forEach((weight, index) => {
    if (weight === 0) return;
    const group = groups.get(weight) ?? { weight, members: [], behind: 0, next: 0 };
    group.members.push(index);
    groups.set(weight, group);
  });
  return [...groups.values()];
}

function takeTurn(groups: readonly Group[], period: number): number {
  let most = groups[0] as Group;
  for (const group of groups) {
    group.behind += group.weight * group.members.length;
    if (group.behind > most.behind) most = group;
  }
  most.behind -= period;
  const member = most.members[most.next] as number;
  most.next = (most.next + 1) % most.members.length;
  return member;
}

function roundedShares(weights: readonly number[], longest: number): readonly number[] {
  const parts = weights.map((weight) => Math.max(0, Math.round(weight * weightParts)));
  const exact = divided(parts);
  const period = exact.reduce((sum, share) => sum + share, 0);
  if (period <= longest) return exact;
  return divided(
    exact.map((share) => (share === 0 ? 0 : Math.max(1, Math.round((share * longest) / period)))),
  );
}

function divided(shares: readonly number[]): readonly number[] {
  const divisor = shares.reduce(greatestCommonDivisor, 0);
  return divisor > 1 ? shares.map((share) => share / divisor) : shares;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
