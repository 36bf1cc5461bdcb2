// The further user and group IDs that an ordinary user may have in a user namespace of his own: subuid(5), newuidmap(1).

import { spawnSync } from 'node:child_process';
import { systemPath } from '../run-program.ts';

const asRoot = ['--user', '--map-root-user'];
let mapsMany: boolean | undefined;

/** Words for unshare(1): a user namespace in which this user is root, and in which there are others besides, where he has any. */
export function ownUsersWords(): readonly string[] {
  mapsMany ??= succeeds('unshare', [...asRoot, '--map-auto', 'true']);
  return mapsMany ? [...asRoot, '--map-auto'] : asRoot;
}

/** Removes what others of a user's own IDs have made, which he may not do himself. False where that cannot be done. */
export function removeAsOwnRoot(folder: string): boolean {
  return succeeds('unshare', [...ownUsersWords(), 'rm', '-rf', '--', folder]);
}

function succeeds(program: string, words: readonly string[]): boolean {
  const env = { ...process.env, PATH: systemPath() };
  return spawnSync(program, words, { stdio: 'ignore', env }).status === 0;
}
