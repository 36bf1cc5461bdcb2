// What `kubectl get nodes` shows.

import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import type { V1Node } from '../generated/types.ts';
import type { Column } from '../kind.ts';

const rolePrefix = 'node-role.kubernetes.io/';

function status(node: V1Node): string {
  const ready = node.status?.conditions?.find((condition) => condition.type === 'Ready');
  const words = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
  if (node.spec?.unschedulable) words.push('SchedulingDisabled');
  return words.join(',');
}

/** From the labels `node-role.kubernetes.io/ROLE` and `kubernetes.io/role`. */
function roles(node: V1Node): string {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) found.add(key.slice(rolePrefix.length));
    else if (key === 'kubernetes.io/role' && value !== '') found.add(value);
  }
  return found.size === 0 ? '<none>' : [...found].sort().join(',');
}

function address(node: V1Node, type: string): string {
  return node.status?.addresses?.find((candidate) => candidate.type === type)?.address ?? '<none>';
}

export const nodeColumns: Column<V1Node>[] = [
  nameColumn,
  text('Status', status, 'The status of the node'),
  text('Roles', roles, 'The roles of the node'),
  ageColumn,
  text(
    'Version',
    (node) => node.status?.nodeInfo?.kubeletVersion ?? '',
    'Kubelet Version reported by the node.',
  ),
  wide('Internal-IP', (node) => address(node, 'InternalIP'), 'List of addresses reachable to the node.'),
  wide('External-IP', (node) => address(node, 'ExternalIP'), 'List of addresses reachable to the node.'),
  wide('OS-Image', (node) => node.status?.nodeInfo?.osImage || '<unknown>', 'OS Image reported by the node.'),
  wide(
    'Kernel-Version',
    (node) => node.status?.nodeInfo?.kernelVersion || '<unknown>',
    'Kernel Version reported by the node.',
  ),
  wide(
    'Container-Runtime',
    (node) => node.status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    'ContainerRuntime Version reported by the node.',
  ),
];
