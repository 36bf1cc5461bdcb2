// What a cluster may not touch on the machine it runs on, and what it may leave behind nowhere.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processIds } from '../../../src/base/process-files.ts';

export interface MachineState {
  readonly interfaces: readonly string[];
  readonly routes: readonly string[];
  readonly mounts: readonly string[];
  /** Those with a name. */
  readonly networkNamespaces: readonly string[];
}

/** Of the namespaces that this process is in. Needs Linux and `ip`. */
export function machineState(): MachineState {
  return {
    interfaces: readdirSync('/sys/class/net').sort(),
    routes: routes(),
    mounts: readFileSync('/proc/self/mounts', 'utf8').trim().split('\n').sort(),
    networkNamespaces: existsSync('/run/netns') ? readdirSync('/run/netns').sort() : [],
  };
}

export function assertUntouched(before: MachineState): void {
  assert.deepEqual(machineState(), before, 'the machine itself is as it was');
}

/** Those of these processes that are not this one's own. */
export function namespacesOf(pids: readonly number[]): Set<string> {
  const own = new Set(namespaces('self'));
  return new Set(pids.flatMap((pid) => namespaces(pid)).filter((one) => !own.has(one)));
}

/** All that are in any of them, whoever they are. */
export function inhabitantsOf(wanted: ReadonlySet<string>): number[] {
  return processIds().filter((pid) => namespaces(pid).some((one) => wanted.has(one)));
}

const kinds = ['net', 'pid', 'mnt', 'user', 'uts', 'ipc'] as const;

/** `net:[4026531840]`. */
function namespaces(pid: number | 'self'): string[] {
  return kinds.flatMap((kind) => linkOf(`/proc/${pid}/ns/${kind}`));
}

/** The inodes of all sockets that these processes have open. */
export function socketsOf(pids: readonly number[]): Set<string> {
  return new Set(
    pids.flatMap((pid) => openFiles(pid)).flatMap((file) => /^socket:\[(\d+)\]$/.exec(file)?.[1] ?? []),
  );
}

/** Every TCP socket that listens in this process's network, as the kernel writes its address. */
export function listening(): { address: string; inode: string }[] {
  const lines = ['tcp', 'tcp6'].flatMap((name) =>
    readFileSync(`/proc/net/${name}`, 'utf8').split('\n').slice(1),
  );
  return lines.flatMap((line) => {
    const [, address = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    return state === '0A' ? [{ address, inode }] : [];
  });
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((name) => linkOf(`/proc/${pid}/fd/${name}`));
  } catch {
    return [];
  }
}

/** Empty for what is gone, or not this process's to look at. */
function linkOf(file: string): string[] {
  try {
    return [readlinkSync(file)];
  } catch {
    return [];
  }
}

function routes(): string[] {
  const shown = execFileSync('ip', ['route', 'show', 'table', 'all'], { encoding: 'utf8' });
  return shown.trim().split('\n').sort();
}
