// Keeps aggregated ClusterRoles up to date: what they gather is written into them, so that decisions need no selectors and kubectl shows
// what is in force. A controller in Kubernetes; here it is part of the API server, whose rights it needs.

import type { V1ClusterRole } from '../../api/generated/types.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { Logger } from '../../base/logger.ts';
import type { Store } from '../../store/store.ts';
import { aggregateRules, staleAggregations } from '../auth/aggregation.ts';
import { rbacPrefix } from '../auth/rbac-objects.ts';
import { RepairLoop } from './repair-loop.ts';

/** Not started yet. */
export function createRoleAggregation(parts: { store: Store; clock: Clock; logger: Logger }): RepairLoop {
  return new RepairLoop({
    ...parts,
    name: 'the aggregation of ClusterRoles',
    prefixes: [rbacPrefix.clusterRoles],
    repair: () => aggregate(parts.store),
  });
}

async function aggregate(store: Store): Promise<boolean> {
  const all = store.list(rbacPrefix.clusterRoles).items.map(({ value }) => value as V1ClusterRole);
  const written = staleAggregations(all).map(({ metadata }) => gather(store, metadata.name, all));
  return (await Promise.all(written)).includes(true);
}

/** Decided anew on the newest state of the role, which may no longer aggregate. */
async function gather(store: Store, name: string, all: readonly V1ClusterRole[]): Promise<boolean> {
  const { changed } = await store.write(rbacPrefix.clusterRoles + name, (current) => {
    const rules = current && aggregateRules(current.value as V1ClusterRole, all);
    if (!rules || deepEqual(rules, current.value.rules ?? [])) return { op: 'none' };
    return { op: 'put', value: { ...jsonClone(current.value), rules } };
  });
  return changed;
}
