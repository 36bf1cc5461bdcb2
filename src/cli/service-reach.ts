// Under which URLs the Services of a cluster on this machine are reached, by others, too. Pure.

import { type ServiceUrl, serviceUrls } from '../api/core/service-urls.ts';
import type { V1Service } from '../api/generated/types.ts';
import { urlHost } from '../api/host-and-port.ts';
import type { BalancerStatus } from '../machinery/balancer-status.ts';

/** Of each Service those of this machine first. `balancer`: theirs; undefined as one that nobody else reaches. */
export function reachedUrls(
  services: readonly V1Service[],
  { outward = [] }: Pick<BalancerStatus, 'outward'> = {},
): ServiceUrl[] {
  return services.flatMap((service) => {
    // The address of a LoadBalancer is this machine's alone; its node port is not.
    const unaddressed = { ...service, status: {} };
    const others = outward.map(urlHost);
    return [
      ...serviceUrls([service]),
      ...others.flatMap((nodeAddress) => serviceUrls([unaddressed], { nodeAddress })),
    ];
  });
}
