// emptyDir volumes of medium Memory: file systems that are kept in memory, mounted on the folders of their volumes.

import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseQuantity, wholeUnits } from '../../api/quantity.ts';
import { runProgram } from '../../base/run-program.ts';

/** Unless it is there. Without a limit it may grow to half of the machine's memory. Rejects with an Error in one line. */
export async function useMemory(folder: string, sizeLimit = '0'): Promise<void> {
  if (isMountPoint(folder)) return;
  const bytes = wholeUnits(parseQuantity(sizeLimit));
  const size = bytes > 0 ? [`size=${bytes}`] : [];
  const options = ['nosuid', 'nodev', 'mode=0777', ...size].join(',');
  await runProgram(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
}

/** Of all in a folder, which can be removed then. */
export async function freeMemory(folder: string): Promise<void> {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const place of names.map((name) => path.join(folder, name)).filter(isMountPoint))
    await runProgram(['umount', '--lazy', place]);
}

function isMountPoint(folder: string): boolean {
  return statSync(folder).dev !== statSync(path.dirname(folder)).dev;
}
