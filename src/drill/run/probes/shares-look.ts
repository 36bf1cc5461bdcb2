// Looks at who answered since the last look: whether every ready replica did, and how fairly.

import { machineTime } from '../../../base/machine-time.ts';
import { type MakeLook, Unseen } from './probe.ts';

/** So long before the first look. */
const firstWindowMs = 5_000;
/** Records are read a moment after they were written. */
const writtenWithinMs = 500;

export const sharesLook: MakeLook = ({ shares }, { target, answersSince }) => {
  if (!shares) throw new Error('it has no shares');
  let since = machineTime() - firstWindowMs;
  let isFirst = true;
  return async () => {
    if (!answersSince)
      throw new Unseen("there is no access to the balancer's records, which say who answered");
    const now = machineTime();
    const from = isFirst ? now - firstWindowMs : since;
    isFirst = false;
    since = now - writtenWithinMs;
    const answers = answersSince(from);
    const ready = target().pods.filter((pod) => pod.ready && pod.role === 'primary');
    return unfairness(
      ready.map(({ name, uid }) => ({ name, count: answers.get(uid) ?? 0 })),
      shares,
    );
  };
};

/** Undefined: it is fair. */
export function unfairness(
  shares: readonly { readonly name: string; readonly count: number }[],
  { every, times }: { readonly every: boolean; readonly times?: number },
): string | undefined {
  const silent = shares.filter(({ count }) => count === 0).map(({ name }) => name);
  if (every && silent.length > 0) return `no answer of ${silent.join(', ')}`;
  if (shares.length === 0) return 'no replica is ready';
  const counts = shares.map(({ count }) => count).filter((count) => count > 0);
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  if (times === undefined || counts.length === 0 || most <= times * least) return undefined;
  const list = shares.map(({ name, count }) => `${name} ${count}`).join(', ');
  return `the biggest share is ${(most / least).toFixed(2)} times the smallest: ${list}`;
}
