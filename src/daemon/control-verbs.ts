// What the supervisor of a cluster does for verbs in other shells, with the API dead too.

import type { BalancerStatus } from '../machinery/balancer-status.ts';
import type { ControlVerbs } from '../machinery/control-socket.ts';
import type { NetworkStatus } from '../machinery/network-status.ts';
import type { Supervisor } from '../machinery/supervisor.ts';
import type { Premises } from './premises/premises.ts';

const signals = ['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'] as const;

/**
 * `list` gives ChildStatus[]; `network` NetworkStatus and `balancer` BalancerStatus, or nothing between simulated nodes; `kill` takes {name, signal}; `stop` takes {name}.
 */
export function controlVerbs(
  supervisor: Supervisor,
  premises: Premises | undefined,
  balancer: BalancerStatus | undefined,
): ControlVerbs {
  return {
    list: () => supervisor.list(),
    balancer: () => balancer,
    network: () => premises && networkStatus(premises),
    kill(input) {
      const { name, signal = 'SIGKILL' } = fields(input);
      const known = signals.find((each) => each === signal);
      if (!known) throw new Error(`"${signal}" is none of ${signals.join(', ')}`);
      supervisor.kill(name, known);
    },
    stop: (input) => supervisor.stop(fields(input).name),
  };
}

function networkStatus({ network, whyNoEgress }: Premises): NetworkStatus {
  return { name: network.name, hostAddress: network.hostAddress, whyNoEgress };
}

function fields(input: unknown): { name: string; signal?: string } {
  const { name, signal } = (input ?? {}) as Record<string, unknown>;
  return { name: String(name), ...(signal === undefined ? {} : { signal: String(signal) }) };
}
