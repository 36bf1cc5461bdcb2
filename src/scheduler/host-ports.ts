// Ports of the node that pods ask for, and whether two claims collide.

import type { V1Pod } from '../api/generated/types.ts';

export interface HostPort {
  readonly protocol: string;
  /** `0.0.0.0` means every address. */
  readonly address: string;
  readonly port: number;
}

const everyAddress = '0.0.0.0';

/** With hostNetwork every container port is a port of the node. */
export function hostPortsOf(pod: V1Pod): HostPort[] {
  const containers = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])];
  return containers.flatMap((container) =>
    (container.ports ?? []).flatMap((declared) => {
      const port = declared.hostPort || (pod.spec.hostNetwork ? declared.containerPort : 0);
      if (!port) return [];
      return [{ protocol: declared.protocol ?? 'TCP', address: declared.hostIP || everyAddress, port }];
    }),
  );
}

export function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.address === b.address || a.address === everyAddress || b.address === everyAddress;
}
