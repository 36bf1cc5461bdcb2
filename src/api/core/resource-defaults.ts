// Requests that are not given are taken from the limits.

import type { V1ResourceRequirements } from '../generated/types.ts';

export function resourceDefaults(resources: V1ResourceRequirements): void {
  if (!resources.limits) return;
  const requests: Record<string, string> = resources.requests ?? {};
  for (const [name, limit] of Object.entries(resources.limits)) requests[name] ??= limit;
  if (Object.keys(requests).length > 0) resources.requests = requests;
}
