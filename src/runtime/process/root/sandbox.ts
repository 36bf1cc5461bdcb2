// What keeps a pod's namespaces: a process of its own, which does nothing but wait for those whose parents have gone. Its root has programs
// and nothing else, for whoever is in the pod may look at it.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { childrenOf } from '../../../base/process-children.ts';
import { shellLine } from '../../../base/shell-words.ts';
import type { RuntimePodSpec } from '../../runtime.ts';
import { markerVariable } from '../marked-processes.ts';
import type { ProgramOrder, ProgramRecord } from '../node-init/messages.ts';
import type { HostTree } from './host-tree.ts';
import { bind, type MountEntry, MountFlags } from './mount-entry.ts';
import { starterPath } from './program-environment.ts';
import { writeStart } from './start-script.ts';

/** What node-init keeps with it. */
export interface SandboxNotes {
  sandboxOf: string;
}

/** Stands in its marker where a container's has its id. */
export const sandboxName = 'sandbox';
/** dash and bash both reap whoever is left to them while they wait. */
const reaping = 'while :; do sleep 2147483 & wait; done';

export function isSandbox({ order }: ProgramRecord): boolean {
  return (order.about as Partial<SandboxNotes>).sandboxOf !== undefined;
}

export function sandboxOf({ order }: ProgramRecord): string | undefined {
  return (order.about as Partial<SandboxNotes>).sandboxOf;
}

/** Its end may be on its way to whoever keeps it: then there is nothing to enter any more. */
export function isSitting({ pid }: ProgramRecord): boolean {
  return childrenOf(pid).length > 0;
}

/** Writes what its start needs into `folder`. */
export function sandboxOrder(
  { uid, hostname, network }: RuntimePodSpec,
  { id, marker, folder, tree }: { id: string; marker: string; folder: string; tree: HostTree },
): ProgramOrder {
  const root = path.join(folder, 'root');
  mkdirSync(root, { recursive: true, mode: 0o755 });
  const report = path.join(folder, 'report');
  const script = writeStart(folder, {
    ...{ root, report, mounts: mountsOf(root, tree), extraMounts: [], tools: undefined, workingDir: '/' },
    before: `${shellLine(['hostname', '--', hostname])} || ${shellLine(['echo', hostname])} > /proc/sys/kernel/hostname`,
    ...{ argv: ['sh', '-c', reaping], program: 'sh', searchPath: starterPath },
  });
  const enter = network.namespacePath === undefined ? [] : ['nsenter', `--net=${network.namespacePath}`];
  const unshare = ['unshare', '--uts', '--ipc', '--mount', '--pid', '--fork', '--kill-child'];
  return {
    ...{ id, marker, report, cwd: '/', logFile: path.join(folder, 'log'), stopSignal: 'SIGKILL' },
    argv: [...enter, ...unshare, 'sh', script],
    env: { PATH: starterPath, [markerVariable]: marker },
    about: { sandboxOf: uid } satisfies SandboxNotes,
  };
}

/** Words before a program that is to run in the pod's namespaces; its mounts are the node's. */
export function enterWords(sandbox: ProgramRecord, pod: RuntimePodSpec): string[] {
  const [first] = childrenOf(sandbox.pid);
  return ['nsenter', `--target=${first}`, ...podNamespaces(pod)];
}

/** Options of `nsenter`. The machine's own network may not be entered, not even by those who are in it, without its owner's rights. */
export function podNamespaces({ network }: RuntimePodSpec): string[] {
  return ['--uts', '--ipc', '--pid', ...(network.namespacePath === undefined ? [] : ['--net'])];
}

function mountsOf(root: string, tree: HostTree): MountEntry[] {
  const flags = new MountFlags();
  const at = (inside: string) => path.join(root, inside);
  return [
    bind(tree.base, root, flags, { readOnly: true }),
    ...tree.folders.map((folder) => bind(folder, at(folder), flags, { readOnly: true })),
    bind('/dev/null', at('dev/null'), flags, { devices: true }),
    { source: 'proc', target: at('proc'), type: 'proc', options: ['nosuid', 'nodev', 'noexec'] },
  ];
}
