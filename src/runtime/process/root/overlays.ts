// Whether there are overlays below a folder, and what one leaves behind there.

import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/** By making one. `enter`: words before a program that put it where it may mount. */
export async function canOverlay(
  folder: string,
  { isRootless, enter = [] }: { isRootless: boolean; enter?: readonly string[] },
): Promise<boolean> {
  if (/[,"\\]/.test(folder)) return false;
  const place = mkdtempSync(path.join(folder, 'probe-'));
  for (const name of ['lower', 'upper', 'work', 'root']) mkdirSync(path.join(place, name));
  const marks = isRootless ? ',userxattr' : '';
  const script = `cd "$1" && mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work${marks} overlay root && touch root/file`;
  const [program = '', ...args] = [...enter, 'unshare', '--mount', 'sh', '-c', script, 'probe', place];
  try {
    await promisify(execFile)(program, args);
    return true;
  } catch {
    return false;
  } finally {
    openWorkFolders(place);
    rmSync(place, { recursive: true, force: true });
  }
}

/** An overlay keeps a folder closed that its owner could not remove. `folder`: where its work folders are. */
export function openWorkFolders(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => /(^|\.)work$/.test(one))) {
    const place = path.join(folder, name, 'work');
    if (existsSync(place)) chmodSync(place, 0o700);
  }
}
