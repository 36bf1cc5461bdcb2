// Looks at who answered since the last look: whether every ready replica did, and how fairly.

import { machineTime } from '../../../base/machine-time.ts';
import { type Told, told } from '../../told.ts';
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
    if (!answersSince) throw new Unseen(noAccess);
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

const noAccess = told(
  "there is no access to the balancer's records, which say who answered",
  'no hay acceso a las anotaciones del balanceador, que dicen quién respondió',
);
const noneReady = told('no replica is ready', 'ninguna réplica está lista');

/** Undefined: it is fair. */
export function unfairness(
  shares: readonly { readonly name: string; readonly count: number }[],
  { every, times }: { readonly every: boolean; readonly times?: number },
): Told | undefined {
  const silent = shares.filter(({ count }) => count === 0).map(({ name }) => name);
  if (every && silent.length > 0) return noAnswerOf(silent.join(', '));
  if (shares.length === 0) return noneReady;
  const counts = shares.map(({ count }) => count).filter((count) => count > 0);
  const [most, least] = [Math.max(...counts), Math.min(...counts)];
  if (times === undefined || counts.length === 0 || most <= times * least) return undefined;
  const list = shares.map(({ name, count }) => `${name} ${count}`).join(', ');
  const ratio = (most / least).toFixed(2);
  return told(
    `the biggest share is ${ratio} times the smallest: ${list}`,
    `la parte mayor es ${ratio} veces la menor: ${list}`,
  );
}

function noAnswerOf(names: string): Told {
  return told(`no answer of ${names}`, `ninguna respuesta de ${names}`);
}
