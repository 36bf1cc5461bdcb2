// The kernel's host name, which is the machine's where pods have no namespaces of their own. Pure.

import type { V1Container, V1Pod } from '../../api/generated/types.ts';

const askers = /\bhostname\b|gethostname|os\.uname|platform\.node\b/;

const longest = 63;

/** What a pod is called by its programs: as in Kubernetes, one that shares its node's network has its node's name. */
export function hostNameOf({ metadata, spec }: V1Pod): string {
  if (spec.hostNetwork && spec.nodeName) return spec.nodeName;
  return spec.hostname ?? metadata.name.slice(0, longest);
}

/** What to say to whoever wrote a command that asks the kernel for the host name; undefined for one that does not, as far as its text shows. */
export function hostNameHint({ command = [], args = [] }: V1Container, podName: string): string | undefined {
  if (![...command, ...args].some((word) => askers.test(word))) return undefined;
  return `The host name that a program asks the kernel for is this machine's; the pod's, "${podName}", is in the variable HOSTNAME, and is the kernel's only with --network netns`;
}
