// The terminals of one pod: a devpts of its own, mounted in the pod's folder on the node, and as /dev/pts in each of its containers. Whoever
// starts a program on a terminal takes it from there, so that the program finds it by the name it has inside.

import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from '../../../base/run-program.ts';

const options = 'nosuid,noexec,ptmxmode=0666,mode=0620';

export function terminalsOf(podFolder: string): string {
  return path.join(podFolder, 'terminals');
}

/** Unless they are. Rejects with an Error in one line. */
export async function mountTerminals(podFolder: string): Promise<void> {
  const folder = terminalsOf(podFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isMounted(folder)) await runProgram(['mount', '-t', 'devpts', '-o', options, 'devpts', folder]);
}

/** Those that are open stay so, and the pod's folder can be removed. Idempotent. */
export async function unmountTerminals(podFolder: string): Promise<void> {
  const folder = terminalsOf(podFolder);
  if (isMounted(folder)) await runProgram(['umount', '--lazy', folder]);
}

function isMounted(folder: string): boolean {
  const [own, around] = [folder, path.dirname(folder)].map(
    (one) => statSync(one, { throwIfNoEntry: false })?.dev,
  );
  return own !== undefined && own !== around;
}
