// Which user a container's program runs as, and whether this user namespace has it.

import { readFileSync } from 'node:fs';
import { CreateContainerError } from '../../errors.ts';
import type { UserIds } from './rights.ts';

/** `name`, `1000`, `1000:1000`, `name:group`, by the passwd and group files of the container. Undefined: nobody was named. */
export function userIds(user: string, readEtc: (file: 'passwd' | 'group') => string): UserIds | undefined {
  const [name = '', group] = user.split(':');
  if (name === '') return undefined;
  const entry = lineOf(readEtc('passwd'), name);
  const uid = /^\d+$/.test(name) ? Number(name) : Number(entry?.[2]);
  if (!Number.isSafeInteger(uid))
    throw new CreateContainerError(`there is no user "${name}" in the container's /etc/passwd`);
  if (group === undefined) return { uid, gid: Number(entry?.[3] ?? 0) };
  const gid = /^\d+$/.test(group) ? Number(group) : Number(lineOf(readEtc('group'), group)?.[2]);
  if (!Number.isSafeInteger(gid))
    throw new CreateContainerError(`there is no group "${group}" in the container's /etc/group`);
  return { uid, gid };
}

/** Whether root here is not the machine's: user_namespaces(7). */
export function isInUserNamespace(): boolean {
  return readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/).join(' ') !== '0 0 4294967295';
}

/** Whether processes here can be that user: user_namespaces(7). */
export function isMapped(id: number, kind: 'uid' | 'gid' = 'uid'): boolean {
  return readFileSync(`/proc/self/${kind}_map`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => id >= first && id < first + count);
}

/** Of passwd(5) or group(5), by name or number. */
function lineOf(text: string, key: string): string[] | undefined {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name, , id]) => name === key || id === key);
}
