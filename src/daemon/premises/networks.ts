// Which networks a cluster of real processes can have, and what its other processes are told about that.

import { LoopbackPlan } from '../../network/loopback/loopback-plan.ts';
import { NetnsPlan } from '../../network/netns/netns-plan.ts';
import type { NetworkPlan } from '../../network/network-plan.ts';

/** `netns`: nodes and pods have networks of their own. `loopback`: all share the machine's, and have addresses in 127.0.0.0/8. */
export type NetworkName = 'loopback' | 'netns';

/** `auto`: netns where that is possible, else loopback. */
export const networkChoices = ['auto', 'netns', 'loopback'] as const;
export type NetworkChoice = (typeof networkChoices)[number];

/** Plain data: the network of a running cluster. */
export interface NetworkSpec {
  readonly name: NetworkName;
  /** N of the cluster's 127.N.0.0/16. */
  readonly number: number;
  /** Whether nodes have PIDs and mounts of their own, and pods so a root. Always with `netns`. */
  readonly isolated: boolean;
  /** Where pods reach this machine itself, which they call host.relevo.internal; undefined: they do not. */
  readonly hostAddress?: string;
}

export function planOf({ name, number }: NetworkSpec): NetworkPlan {
  return name === 'netns' ? new NetnsPlan(number) : new LoopbackPlan(number);
}
