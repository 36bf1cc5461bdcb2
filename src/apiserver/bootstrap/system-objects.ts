// Brings back what of the cluster's own objects is deleted or bent while it runs: its namespaces and the Service of the API.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Store } from '../../store/store.ts';
import type { ApiAddress } from './api-service.ts';
import { ensureSystemObjects } from './bootstrap.ts';
import { RepairLoop } from './repair-loop.ts';

/** Not started yet. */
export function createSystemObjects(
  parts: { store: Store; clock: Clock; logger: Logger },
  address: ApiAddress,
): RepairLoop {
  const { store, clock } = parts;
  return new RepairLoop({
    ...parts,
    name: 'the upkeep of the system objects',
    prefixes: [
      'namespaces/',
      'services/default/',
      'endpoints/default/',
      'endpointslices.discovery.k8s.io/default/',
    ],
    concerns: (key) => key.startsWith('namespaces/') || key.endsWith('/kubernetes'),
    repair: () => ensureSystemObjects(store, clock, address),
  });
}
