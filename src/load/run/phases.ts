// In which order a plan's groups run: setUp before main before tearDown; main ones together, or one after the other.

import type { Plan } from '../plan/plan.ts';

export interface Phase {
  /** Indexes of Plan.groups. */
  readonly groups: readonly number[];
  /** It is carried out also after a stop. */
  readonly always: boolean;
}

export function phasesOf({ groups, oneAfterTheOther, tearDownAfterStop }: Plan): Phase[] {
  const of = (kind: string) => groups.flatMap((group, index) => (group.kind === kind ? [index] : []));
  const main = of('main');
  const phases = [
    { groups: of('setUp'), always: false },
    ...(oneAfterTheOther
      ? main.map((index) => ({ groups: [index], always: false }))
      : [{ groups: main, always: false }]),
    { groups: of('tearDown'), always: tearDownAfterStop },
  ];
  return phases.filter((phase) => phase.groups.length > 0);
}
