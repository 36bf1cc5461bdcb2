// hostPath volumes: a file or folder of this machine, checked to be what the pod says it is.

import { mkdirSync, type Stats, statSync, writeFileSync } from 'node:fs';
import type { V1HostPathVolumeSource } from '../../api/generated/types.ts';

const checks: Readonly<Record<string, readonly [is: (stats: Stats) => boolean, what: string]>> = {
  Directory: [(stats) => stats.isDirectory(), 'a directory'],
  DirectoryOrCreate: [(stats) => stats.isDirectory(), 'a directory'],
  File: [(stats) => stats.isFile(), 'a file'],
  FileOrCreate: [(stats) => stats.isFile(), 'a file'],
  Socket: [(stats) => stats.isSocket(), 'a socket file'],
  CharDevice: [(stats) => stats.isCharacterDevice(), 'a character device'],
  BlockDevice: [(stats) => stats.isBlockDevice(), 'a block device'],
};

/**
 * Makes what the type says may be made; without a type a folder, as container runtimes do. Idempotent. Throws an Error when it is something
 * else or cannot be had.
 */
export function prepareHostPath({ path, type = '' }: V1HostPathVolumeSource): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found && (type === '' || type === 'DirectoryOrCreate')) mkdirSync(path, { recursive: true });
  else if (!found && type === 'FileOrCreate') writeFileSync(path, '', { flag: 'a', mode: 0o644 });
  const [is, what] = checks[type] ?? [() => true, ''];
  const stats = found ?? statSync(path, { throwIfNoEntry: false });
  if (!stats || !is(stats)) throw new Error(`hostPath type check failed: ${path} is not ${what}`);
}
