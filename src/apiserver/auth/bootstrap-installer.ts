// Puts the default roles and bindings into the store when the API server starts. Runs before anything else writes.

import { randomUUID } from 'node:crypto';
import type { V1ClusterRole, V1ClusterRoleBinding } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';
import { staleAggregations } from './aggregation.ts';
import { bootstrapClusterRoleBindings, bootstrapClusterRoles } from './bootstrap-policy.ts';
import { reconciledBinding, reconciledRole } from './bootstrap-reconcile.ts';
import { rbacPrefix } from './rbac-objects.ts';

/** Resolves when all of it is durable: in one transaction, and without a write when nothing is missing. */
export async function installBootstrapPolicy(store: Store, clock: Clock): Promise<void> {
  const roles = wantedRoles(stored<V1ClusterRole>(store, rbacPrefix.clusterRoles));
  const bindings = wantedBindings(stored<V1ClusterRoleBinding>(store, rbacPrefix.clusterRoleBindings));
  await Promise.all([
    ...roles.map((role) => put(store, clock, rbacPrefix.clusterRoles, role)),
    ...bindings.map((binding) => put(store, clock, rbacPrefix.clusterRoleBindings, binding)),
  ]);
}

function stored<T>(store: Store, prefix: string): T[] {
  return store.list(prefix).items.map((item) => item.value as unknown as T);
}

/** The roles to write, with what aggregated ones gather filled in. */
function wantedRoles(present: V1ClusterRole[]): V1ClusterRole[] {
  const all = new Map(present.map((role) => [role.metadata.name, role]));
  const changed = new Set<string>();
  const set = (role: V1ClusterRole) => {
    all.set(role.metadata.name, role);
    changed.add(role.metadata.name);
  };
  for (const wanted of bootstrapClusterRoles) {
    const existing = all.get(wanted.metadata.name);
    const role = existing ? reconciledRole(existing, wanted) : wanted;
    if (role) set(role);
  }
  // view is gathered by edit and edit by admin. Bounded: two roles that aggregate each other might never settle.
  for (let round = 0; round < all.size; round++) {
    const stale = staleAggregations([...all.values()]);
    if (stale.length === 0) break;
    stale.forEach(set);
  }
  return [...changed].map((name) => all.get(name) as V1ClusterRole);
}

function wantedBindings(present: V1ClusterRoleBinding[]): V1ClusterRoleBinding[] {
  const byName = new Map(present.map((binding) => [binding.metadata.name, binding]));
  return bootstrapClusterRoleBindings.flatMap((wanted) => {
    const existing = byName.get(wanted.metadata.name);
    return (existing ? reconciledBinding(existing, wanted) : wanted) ?? [];
  });
}

async function put(
  store: Store,
  clock: Clock,
  prefix: string,
  object: V1ClusterRole | V1ClusterRoleBinding,
): Promise<void> {
  const value = structuredClone(object) as unknown as AnyObject;
  value.metadata.uid ||= randomUUID();
  value.metadata.creationTimestamp ||= timestamp(clock.now());
  await store.write(prefix + value.metadata.name, () => ({ op: 'put', value }));
}
