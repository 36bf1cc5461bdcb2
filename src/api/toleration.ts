// Whether a toleration of a pod means a taint of a node (Kubernetes' rule): scheduling and eviction both ask.

import type { V1Taint, V1Toleration } from './generated/types.ts';

/** An empty effect tolerates every effect; an empty key with Exists every taint. */
export function tolerates({ key, operator, value, effect }: V1Toleration, taint: V1Taint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return key === taint.key && (value ?? '') === (taint.value ?? '');
}
