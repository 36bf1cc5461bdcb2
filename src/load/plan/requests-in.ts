// The requests among steps, also those in controllers, in their order.

import type { HttpStep } from './http-step.ts';
import type { Step } from './plan.ts';

export function requestsIn(steps: readonly Step[]): HttpStep[] {
  return steps.flatMap((step) => {
    if (step.type === 'http') return [step];
    return 'steps' in step ? requestsIn(step.steps) : [];
  });
}
