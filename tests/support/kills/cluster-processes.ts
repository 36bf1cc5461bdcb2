// Every process of a cluster, as the machine sees it: nobody of the cluster is asked. Needs /proc.

import { readlinkSync } from 'node:fs';
import { processFile, processIds } from '../../../src/base/process-files.ts';
import { clusterMarker } from '../../../src/daemon/cluster-marker.ts';
import { ClusterDir } from '../../../src/machinery/cluster-dir.ts';

export type Role =
  | 'supervisor'
  | 'control-plane'
  | 'balancer'
  | 'engine'
  | 'kubelet'
  | 'node-init'
  | 'pod'
  | 'other';

export interface ClusterProcess {
  readonly pid: number;
  readonly parent: number;
  readonly role: Role;
  /** Of a kubelet and of what runs in a pod. */
  readonly node?: string;
  /** Of what runs in a pod: whose it is. */
  readonly podUid?: string;
  /** Of what runs in a pod: the same for all that a container's program started. */
  readonly program?: string;
  readonly command: string;
}

interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly environment: string;
}

const titles: readonly [RegExp, Role][] = [
  [/^relevo control-plane$/, 'control-plane'],
  [/^relevo balancer$/, 'balancer'],
  [/^relevo lb$/, 'engine'],
  [/^relevo node-init$/, 'node-init'],
  [/^relevo (?<node>node-\d+)$/, 'kubelet'],
  [/\/daemon\/cluster-process\.ts$/, 'supervisor'],
];

/** Of the cluster "default" in this folder: what carries its marks, and what those have started. */
export function clusterProcesses(home: string): ClusterProcess[] {
  const marker = `\0RELEVO_POD=${encodeURIComponent(clusterMarker(new ClusterDir('default', { home })))}/`;
  const all = seen();
  const marked = all.filter(({ environment }) => environment.includes(home) || environment.includes(marker));
  const mine = new Set(marked.map(({ pid }) => pid));
  // Parents come before their children only mostly.
  for (let before = -1; before !== mine.size; ) {
    before = mine.size;
    for (const { pid, parent } of all) if (mine.has(parent)) mine.add(pid);
  }
  return all.filter(({ pid }) => mine.has(pid)).map((one) => described(one, marker));
}

/** Whose death is that of all in the PID namespace that this one is in; undefined for one that has none of its own. */
export function firstOfPidNamespace(
  { pid }: ClusterProcess,
  all: readonly ClusterProcess[],
): ClusterProcess | undefined {
  const namespace = pidNamespace(pid);
  if (namespace === pidNamespace('self')) return undefined;
  return all.find((one) => pidNamespace(one.pid) === namespace && isFirst(one.pid));
}

function described({ pid, parent, command, environment }: Seen, marker: string): ClusterProcess {
  const start = environment.indexOf(marker);
  if (start >= 0) {
    const rest = environment.slice(start + marker.length);
    const [node, podUid, program] = rest.slice(0, rest.indexOf('\0')).split('/');
    return { ...{ pid, parent, command, role: 'pod', node, podUid, program } };
  }
  for (const [title, role] of titles) {
    const found = title.exec(command);
    if (found) return { pid, parent, command, role, node: found.groups?.node };
  }
  return { pid, parent, command, role: 'other' };
}

/** Those that have ended and were not yet waited for are nobody's any more. */
function seen(): Seen[] {
  return processIds().flatMap((pid) => {
    const status = processFile(pid, 'status');
    const [, parent] = /^PPid:\t(\d+)$/m.exec(status) ?? [];
    if (parent === undefined || /^State:\tZ/m.test(status)) return [];
    const command = processFile(pid, 'cmdline').replace(/\0+$/, '').replaceAll('\0', ' ');
    const environment = `\0${processFile(pid, 'environ')}\0`;
    return [{ pid, parent: Number(parent), command, environment }];
  });
}

function isFirst(pid: number): boolean {
  return /^NSpid:.*\t1$/m.test(processFile(pid, 'status'));
}

function pidNamespace(pid: number | 'self'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}
