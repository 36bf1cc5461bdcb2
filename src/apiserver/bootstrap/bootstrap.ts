// The objects that a cluster has before anybody creates one. Written straight into the store when the API server starts, before it serves.

import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';
import { installBootstrapPolicy } from '../auth/bootstrap-installer.ts';
import { type ApiAddress, apiServiceObjects } from './api-service.ts';
import { ensureObject } from './ensure-object.ts';
import { systemNamespaces } from './system-namespaces.ts';

/** Namespaces, RBAC's default policy and the Service of the API. Resolves when all is durable; writes nothing when nothing is missing. */
export async function installBootstrapObjects(
  store: Store,
  clock: Clock,
  address: ApiAddress,
): Promise<void> {
  await Promise.all([installBootstrapPolicy(store, clock), ensureSystemObjects(store, clock, address)]);
}

/** Without the policy, which is brought up to date at starts only. Resolves to true when something was written. */
export async function ensureSystemObjects(store: Store, clock: Clock, address: ApiAddress): Promise<boolean> {
  const objects = [...systemNamespaces, ...apiServiceObjects(address)];
  const changed = await Promise.all(objects.map((object) => ensureObject(store, clock, object)));
  return changed.includes(true);
}
