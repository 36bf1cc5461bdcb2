// What the status of a Namespace on its way out says, in Kubernetes' words. Pure.

import type { V1NamespaceCondition } from '../../api/generated/types.ts';
import { withCondition } from '../conditions.ts';

/** What is left in the namespace of one resource. */
export interface Remainder {
  /** `pods.` or `deployments.apps`: resource, dot, group. */
  resource: string;
  count: number;
}

export interface Emptying {
  /** `group/version` of what could not be discovered. */
  undiscovered: readonly string[];
  /** Texts of deletions that failed. */
  failures: readonly string[];
  remainders: readonly Remainder[];
  /** How many objects each finalizer holds. */
  finalizers: ReadonlyMap<string, number>;
}

type Text = Pick<V1NamespaceCondition, 'reason' | 'message'>;

function condition(type: string, bad: Text | undefined, good: Text): V1NamespaceCondition {
  return { type, status: bad ? 'True' : 'False', ...(bad ?? good) };
}

function conditionsOf({ undiscovered, failures, remainders, finalizers }: Emptying): V1NamespaceCondition[] {
  const remaining = remainders
    .map(({ resource, count }) => `${resource} has ${count} resource instances`)
    .sort();
  const held = [...finalizers].map(([name, count]) => `${name} in ${count} resource instances`).sort();
  return [
    condition(
      'NamespaceDeletionDiscoveryFailure',
      undiscovered.length > 0
        ? {
            reason: 'DiscoveryFailed',
            message: `Discovery failed for some groups, ${undiscovered.length} failing: ${undiscovered.join(', ')}`,
          }
        : undefined,
      { reason: 'ResourcesDiscovered', message: 'All resources successfully discovered' },
    ),
    condition('NamespaceDeletionGroupVersionParsingFailure', undefined, {
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    }),
    condition(
      'NamespaceDeletionContentFailure',
      failures.length > 0
        ? {
            reason: 'ContentDeletionFailed',
            message: `Failed to delete all resource types, ${failures.length} remaining: ${failures.join(', ')}`,
          }
        : undefined,
      {
        reason: 'ContentDeleted',
        message: 'All content successfully deleted, may be waiting on finalization',
      },
    ),
    condition(
      'NamespaceContentRemaining',
      remaining.length > 0
        ? { reason: 'SomeResourcesRemain', message: `Some resources are remaining: ${remaining.join(', ')}` }
        : undefined,
      { reason: 'ContentRemoved', message: 'All content successfully removed' },
    ),
    condition(
      'NamespaceFinalizersRemaining',
      held.length > 0
        ? {
            reason: 'SomeFinalizersRemain',
            message: `Some content in the namespace has finalizers remaining: ${held.join(', ')}`,
          }
        : undefined,
      { reason: 'ContentHasNoFinalizers', message: 'All content-preserving finalizers finished' },
    ),
  ];
}

export function isEmpty({ undiscovered, failures, remainders }: Emptying): boolean {
  return undiscovered.length === 0 && failures.length === 0 && remainders.length === 0;
}

export function emptyingConditions(
  old: readonly V1NamespaceCondition[] | undefined,
  emptying: Emptying,
  now: string,
): V1NamespaceCondition[] {
  let conditions = [...(old ?? [])];
  for (const next of conditionsOf(emptying)) conditions = withCondition(conditions, next, now);
  return conditions;
}
