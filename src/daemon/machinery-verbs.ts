// The machinery of a cluster as verbs of its control socket: what RemoteMachinery calls.

import type { ControlVerbs } from '../machinery/control-socket.ts';
import type { LinkFaults, Machinery, Membership } from '../machinery/machinery.ts';
import { MachineryError } from '../machinery/machinery-error.ts';
import type {
  AddInput,
  BalancerInput,
  NodeInput,
  PodInput,
  SlowInput,
} from '../machinery/remote-machinery.ts';

/** `machinery` throws, in one line, while or where there is none. */
export function machineryVerbs(machinery: () => Machinery & Membership): ControlVerbs {
  const links = () => linksOf(machinery());
  return {
    nodes: () => machinery().nodes(),
    'node-stop': (input) => machinery().stop(nodeIn(input)),
    'node-start': (input) => machinery().start(nodeIn(input)),
    'node-freeze': (input) => machinery().freeze(nodeIn(input)),
    'node-thaw': (input) => machinery().thaw(nodeIn(input)),
    'node-add': (input) => machinery().add((input as AddInput).name),
    'node-remove': (input) => machinery().remove(nodeIn(input)),
    'node-cut': (input) => links().cut(nodeIn(input)),
    'node-heal': (input) => links().heal(nodeIn(input)),
    'node-slow': (input) => links().slow(nodeIn(input), (input as SlowInput).quality),
    'kubelet-kill': (input) => machinery().killKubelet(nodeIn(input)),
    'balancer-kill': (input) =>
      machinery().killBalancer({ engine: (input as BalancerInput).engine === true }),
    'pod-kill': (input) => machinery().killPod((input as PodInput).pod, holdIn(input)),
    'pod-freeze': (input) => machinery().freezePod((input as PodInput).pod, holdIn(input)),
    'pod-thaw': (input) => machinery().thawPod((input as PodInput).pod),
  };
}

function linksOf({ links }: Machinery): LinkFaults {
  if ('impossible' in links) throw new MachineryError(links.code, links.impossible);
  return links;
}

function nodeIn(input: unknown): string {
  return String((input as Partial<NodeInput> | null)?.node);
}

function holdIn(input: unknown): { hold: boolean } {
  return { hold: (input as PodInput).hold === true };
}
