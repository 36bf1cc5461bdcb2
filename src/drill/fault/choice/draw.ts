// Drawing without replacement from candidates whose order is settled, so that the same numbers draw the same ones.

/** `count` of them, or all, in the order in which they were drawn. */
export function draw<T>(candidates: readonly T[], count: number, random: () => number): T[] {
  const left = [...candidates];
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0)
    drawn.push(...left.splice(Math.floor(random() * left.length), 1));
  return drawn;
}

/** How many of `all` are meant: a count, a share such as `50%` rounded down but 1 at least, or 1. */
export function wantedOf(
  all: number,
  { count, share }: { readonly count?: number; readonly share?: string },
): number {
  if (share !== undefined) return Math.max(1, Math.floor((all * Number.parseFloat(share)) / 100));
  return count ?? 1;
}
