// Terminals of a file system for them (devpts) that is not this process's own: a pod has one, in which its programs find their terminal by
// name. The C library knows one place only, so for a moment the wanted one is mounted there. One such moment at a time in a mount namespace.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { systemPath } from '../../../base/run-program.ts';

/** When nobody is there any more to be waited for, it goes on: neither the lock nor the mount stays. */
const script = 'mount --bind "$1" /dev/pts && echo && { read -r _; umount --lazy /dev/pts; }';

/**
 * Runs `open`, which is synchronous, while new terminals are made in `folder`, where a devpts is mounted. Needs rights to mount, in a mount
 * namespace of its own. Rejects with an Error in one line.
 */
export async function withTerminalsOf<T>(folder: string, open: () => T): Promise<T> {
  const child = spawn('flock', ['/proc/self/ns/mnt', 'sh', '-c', script, 'lead', folder], {
    env: { ...process.env, PATH: systemPath() },
    stdio: 'pipe',
  });
  const ended = once(child, 'exit');
  const complaint = text(child.stderr);
  child.stdin.on('error', () => {});
  try {
    await Promise.race([
      once(child.stdout, 'data'),
      ended.then(() => Promise.reject(new Error('it failed'))),
    ]);
    return open();
  } catch (cause) {
    const said = (await complaint.catch(() => '')).trim().replace(/\s*\n\s*/g, '; ');
    throw new Error(`a terminal cannot be made for the pod: ${said || (cause as Error).message}`, { cause });
  } finally {
    child.stdin.end();
    await ended.catch(() => {});
  }
}
