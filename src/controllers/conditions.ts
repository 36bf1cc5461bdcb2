// Reading and changing the conditions that objects report, as Kubernetes keeps them.

/** What conditions of all kinds have in common. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export function conditionOf<C extends Condition>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The conditions with this one set. The time of the last transition changes only with the status; the order is kept. */
export function withCondition<C extends Condition>(
  conditions: readonly C[] | undefined,
  condition: C,
  now: string,
): C[] {
  const all = conditions ?? [];
  const old = conditionOf(all, condition.type);
  const lastTransitionTime = old?.status === condition.status ? (old.lastTransitionTime ?? now) : now;
  const next = { ...old, ...condition, lastTransitionTime };
  return old ? all.map((other) => (other === old ? next : other)) : [...all, next];
}
