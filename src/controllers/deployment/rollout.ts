// The arithmetic of a rolling update and of scaling in the middle of one. Pure: sizes in, sizes out. What it promises, given sizes
// within bounds: never more than replicas + maxSurge pods, never fewer available ones than replicas - maxUnavailable, and an end.

/** One ReplicaSet as the arithmetic sees it. */
export interface SetSize {
  name: string;
  /** What its spec asks for. */
  replicas: number;
  /** How many of its pods are available. */
  available: number;
  /** The Deployment's replicas + maxSurge when the set was last scaled; undefined or 0 when unknown. */
  maxReplicas?: number;
}

export interface Bounds {
  replicas: number;
  maxSurge: number;
  maxUnavailable: number;
}

/** New sizes by name; only of the sets that change. */
export type Sizes = Map<string, number>;

export function totalReplicas(sets: readonly SetSize[]): number {
  return sets.reduce((sum, { replicas }) => sum + replicas, 0);
}

/** The size of the new set: as large as wanted, as far as the surge leaves room beside the old ones. */
export function newSetReplicas(bounds: Bounds, newSet: SetSize, oldSets: readonly SetSize[]): number {
  const { replicas, maxSurge } = bounds;
  if (newSet.replicas >= replicas) return replicas;
  const room = replicas + maxSurge - newSet.replicas - totalReplicas(oldSets);
  return newSet.replicas + Math.max(0, Math.min(room, replicas - newSet.replicas));
}

/**
 * Which old sets shrink: first pods that are not available anyway, then as many available ones as the floor allows. `oldSets`
 * come oldest first.
 */
export function shrunkOldSets(bounds: Bounds, newSet: SetSize, oldSets: readonly SetSize[]): Sizes {
  const floor = bounds.replicas - bounds.maxUnavailable;
  // What the new set owes counts as lost until it is available: old pods must make up for it.
  const owed = newSet.replicas - newSet.available;
  let removable = newSet.replicas + totalReplicas(oldSets) - floor - owed;
  const sizes: Sizes = new Map();
  if (removable <= 0) return sizes;
  const afterCleanUp = oldSets.map((set) => {
    const dead = Math.max(0, Math.min(removable, set.replicas - set.available));
    removable -= dead;
    if (dead > 0) sizes.set(set.name, set.replicas - dead);
    return { ...set, replicas: set.replicas - dead };
  });
  let surplus = newSet.available + oldSets.reduce((sum, { available }) => sum + available, 0) - floor;
  for (const set of afterCleanUp) {
    const less = Math.max(0, Math.min(surplus, set.replicas));
    surplus -= less;
    if (less > 0) sizes.set(set.name, set.replicas - less);
  }
  return sizes;
}

/**
 * Spreads a change of the Deployment's size over several active sets in proportion to theirs, so that a rollout in progress keeps
 * its mixture. `sets` come newest first when it grows, oldest first when it shrinks, larger ones before smaller ones; what rounding
 * leaves goes to the first. `current` is the Deployment's size when a set does not know its old one.
 */
export function proportionalSizes(bounds: Bounds, sets: readonly SetSize[], current: number): Sizes {
  const allowed = bounds.replicas > 0 ? bounds.replicas + bounds.maxSurge : 0;
  const toAdd = allowed - totalReplicas(sets);
  const sizes: Sizes = new Map(sets.map(({ name, replicas }) => [name, replicas]));
  if (toAdd === 0) return sizes;
  let added = 0;
  for (const set of sets) {
    const share = limitedShare(fractionOf(set, bounds, current), toAdd - added);
    sizes.set(set.name, set.replicas + share);
    added += share;
  }
  const [first] = sets;
  if (first) {
    const size = (sizes.get(first.name) ?? 0) + toAdd - added;
    sizes.set(first.name, Math.max(0, size));
  }
  return sizes;
}

/** A share never goes against the change (annotations may be stale), nor beyond what is left of it. */
function limitedShare(share: number, left: number): number {
  return left > 0 ? Math.max(0, Math.min(share, left)) : Math.min(0, Math.max(share, left));
}

function fractionOf(set: SetSize, { replicas, maxSurge }: Bounds, current: number): number {
  if (replicas === 0) return -set.replicas;
  const before = set.maxReplicas || current;
  if (before === 0) return 0;
  return Math.round((set.replicas * (replicas + maxSurge)) / before) - set.replicas;
}
