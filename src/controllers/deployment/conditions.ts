// The conditions of a Deployment, changed by Kubernetes' rules: one that says the same again keeps its times. Pure.

import type { V1DeploymentCondition } from '../../api/generated/types.ts';
import { timestamp } from '../../api/timestamp.ts';

export type ConditionType = 'Available' | 'Progressing' | 'ReplicaFailure';
type Facts = Pick<V1DeploymentCondition, 'status' | 'reason' | 'message'>;

export class Conditions {
  #all: readonly V1DeploymentCondition[];
  readonly #nowMs: number;

  /** `nowMs` is wall-clock time. */
  constructor(conditions: readonly V1DeploymentCondition[] | undefined, nowMs: number) {
    this.#all = conditions ?? [];
    this.#nowMs = nowMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  toArray(): V1DeploymentCondition[] {
    return [...this.#all];
  }

  get(type: ConditionType): V1DeploymentCondition | undefined {
    return this.#all.find((condition) => condition.type === type);
  }

  /** Nothing changes while status and reason stay the same; the transition time only changes with the status. */
  set(type: ConditionType, facts: Facts): void {
    const old = this.get(type);
    if (old?.status === facts.status && old?.reason === facts.reason) return;
    this.renew(type, facts);
  }

  /** Like set(), but the update time becomes now in any case. */
  renew(type: ConditionType, facts: Facts): void {
    const old = this.get(type);
    const now = timestamp(this.#nowMs);
    const lastTransitionTime = old?.status === facts.status ? old.lastTransitionTime : now;
    this.remove(type);
    this.#all = [...this.#all, { type, ...facts, lastUpdateTime: now, lastTransitionTime }];
  }

  remove(type: ConditionType): void {
    this.#all = this.#all.filter((condition) => condition.type !== type);
  }
}
