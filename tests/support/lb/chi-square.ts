// Whether counts are what a distribution would give: Pearson's chi-square test.

/** The values that one of a thousand fair tries exceeds, by degrees of freedom from 1. Any table of the distribution has them. */
const oneInThousand = [10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32, 26.12, 27.88];

/** `expected` are shares that add up to 1. False for what chance brings in one case of a thousand. Up to 10 classes. */
export function fits(counts: readonly number[], expected: readonly number[]): boolean {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const statistic = counts.reduce((sum, count, index) => {
    const wanted = total * (expected[index] ?? 0);
    return sum + (count - wanted) ** 2 / wanted;
  }, 0);
  return statistic <= (oneInThousand[counts.length - 2] ?? 0);
}
