// Keeps the status of PodDisruptionBudgets: how many disruptions the eviction API may grant.

import type { V1Pod, V1PodDisruptionBudget } from '../api/generated/types.ts';
import { labelSelectorFromObject } from '../api/selectors.ts';
import { timestamp } from '../api/timestamp.ts';
import { deepEqual } from '../base/deep-equal.ts';
import { keyOf } from '../client/object-key.ts';
import { deployments, podDisruptionBudgets, pods, replicaSets } from '../client/resources.ts';
import { withCondition } from './conditions.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import {
  type BudgetCounts,
  budgetCounts,
  budgetFacts,
  countedPods,
  needsScale,
  pendingDisruptions,
} from './disruption/budget.ts';
import { ScaleLookup } from './disruption/scale-lookup.ts';
import { controllerOf } from './owner-references.ts';
import { writeStatus } from './write-status.ts';

type Status = NonNullable<V1PodDisruptionBudget['status']>;

function statusOf(
  budget: V1PodDisruptionBudget,
  counts: BudgetCounts,
  disruptedPods: Record<string, string>,
  now: string,
): Status {
  const allowed = counts.disruptionsAllowed > 0;
  const condition = {
    type: 'DisruptionAllowed',
    status: allowed ? 'True' : 'False',
    reason: allowed ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration: budget.metadata.generation,
    lastTransitionTime: now,
  };
  return {
    conditions: withCondition(budget.status?.conditions, condition, now),
    currentHealthy: counts.currentHealthy,
    desiredHealthy: counts.desiredHealthy,
    disruptionsAllowed: counts.disruptionsAllowed,
    expectedPods: counts.expected,
    observedGeneration: budget.metadata.generation,
    ...(Object.keys(disruptedPods).length > 0 ? { disruptedPods } : {}),
  };
}

/** When the status cannot be worked out nothing may be disrupted. */
function failedStatus(budget: V1PodDisruptionBudget, message: string, now: string): Status {
  const old = budget.status ?? {
    currentHealthy: 0,
    desiredHealthy: 0,
    expectedPods: 0,
    disruptionsAllowed: 0,
  };
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'SyncFailed',
    message,
    observedGeneration: budget.metadata.generation,
    lastTransitionTime: now,
  };
  return { ...old, disruptionsAllowed: 0, conditions: withCondition(old.conditions, condition, now) };
}

class BudgetKeeper {
  readonly #context: ControllerContext;
  readonly #scales: ScaleLookup;

  constructor(context: ControllerContext) {
    this.#context = { ...context, recorder: context.recorder.from('controllermanager') };
    this.#scales = new ScaleLookup(context.client, context.informers);
  }

  async reconcile(key: string): Promise<ReconcileResult> {
    const { client, clock, informers, recorder } = this.#context;
    const budget = informers.for(podDisruptionBudgets).lister.get(key);
    if (!budget) return {};
    const now = clock.now();
    const members = countedPods(this.#membersOf(budget));
    const { disrupted, nextAt } = pendingDisruptions(budget, members, now);
    let status: Status;
    let failure: unknown;
    try {
      const counts = await this.#count(budget, members, disrupted);
      status = statusOf(budget, counts, disrupted, timestamp(now));
    } catch (error) {
      failure = error;
      const message = error instanceof Error ? error.message : String(error);
      recorder.event(
        budget,
        'Warning',
        'CalculateExpectedPodCountFailed',
        `Failed to calculate the number of expected pods: ${message}`,
      );
      status = failedStatus(budget, message, timestamp(now));
    }
    if (!deepEqual(status, budget.status)) {
      await writeStatus(client, podDisruptionBudgets, budget, status);
    }
    if (failure) throw failure;
    return nextAt === undefined ? {} : { requeueAfterMs: Math.max(0, nextAt - now) };
  }

  #membersOf({ metadata, spec }: V1PodDisruptionBudget): V1Pod[] {
    const selector = labelSelectorFromObject(spec?.selector);
    return this.#context.informers.for(pods).lister.list({ namespace: metadata.namespace, selector });
  }

  async #count(budget: V1PodDisruptionBudget, members: V1Pod[], disrupted: Record<string, string>) {
    const spec = budget.spec ?? {};
    const scale = needsScale(spec) ? await this.#expectedScale(members) : 0;
    return budgetCounts(budgetFacts(spec, members.length, scale), members, disrupted);
  }

  /** The sum of what the distinct controllers of the pods want. */
  async #expectedScale(members: readonly V1Pod[]): Promise<number> {
    const scales = new Map<string, number>();
    for (const pod of members) {
      const owner = controllerOf(pod);
      if (!owner || scales.has(owner.uid)) continue;
      const root = await this.#scales.rootScale(pod.metadata.namespace ?? '', owner);
      if (root) scales.set(owner.uid, 0).set(root.uid, root.replicas);
    }
    return [...scales.values()].reduce((sum, replicas) => sum + replicas, 0);
  }
}

export function createPodDisruptionBudgetController(context: ControllerContext): Controller {
  const { informers } = context;
  const keeper = new BudgetKeeper(context);
  const controller = new Controller(context, {
    name: 'disruption-controller',
    reconcile: (key) => keeper.reconcile(key),
    batchMs: 5,
  });
  const budgets = informers.for(podDisruptionBudgets);
  controller.watch(budgets);
  controller.observe(informers.for(replicaSets));
  controller.observe(informers.for(deployments));
  controller.watch(informers.for(pods), (pod) =>
    budgets.lister
      .list({ namespace: pod.metadata.namespace })
      .filter(({ spec }) => labelSelectorFromObject(spec?.selector).matches(pod.metadata.labels))
      .map(keyOf),
  );
  return controller;
}
