// With which rights a container's program runs, as words for setpriv(1).

import { CreateContainerError } from '../../errors.ts';
import type { ContainerSecurity, PodSecurity } from '../../runtime.ts';

/** Docker's, without MKNOD: its control groups keep a container from using the devices that it makes, here nothing does. */
const usual = [
  ...['chown', 'dac_override', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap'],
  ...['net_bind_service', 'net_raw', 'sys_chroot', 'audit_write', 'setfcap'],
];
/** capabilities(7). */
const known = new Set([
  ...[...usual, 'mknod', 'dac_read_search', 'linux_immutable', 'net_broadcast', 'net_admin', 'ipc_lock'],
  ...['ipc_owner', 'sys_module', 'sys_rawio', 'sys_ptrace', 'sys_pacct', 'sys_admin', 'sys_boot', 'sys_nice'],
  ...['sys_resource', 'sys_time', 'sys_tty_config', 'lease', 'audit_control', 'mac_override', 'mac_admin'],
  ...['syslog', 'wake_alarm', 'block_suspend', 'audit_read', 'perfmon', 'bpf', 'checkpoint_restore'],
]);

export interface UserIds {
  uid: number;
  gid: number;
}

/** @throws CreateContainerError for a capability that does not exist */
export function rightsWords(
  security: ContainerSecurity = {},
  pod: PodSecurity = {},
  user: UserIds | undefined = undefined,
): string[] {
  return [...userWords(user, pod), ...(security.privileged ? [] : boundWords(security))];
}

function userWords(user: UserIds | undefined, { supplementalGroups = [], fsGroup }: PodSecurity): string[] {
  if (!user) return [];
  const groups = [...new Set([...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])])];
  const grouped = groups.length > 0 ? `--groups=${groups.join(',')}` : '--clear-groups';
  return [`--reuid=${user.uid}`, `--regid=${user.gid}`, grouped];
}

function boundWords({ addCapabilities = [], dropCapabilities = [] }: ContainerSecurity): string[] {
  const [add, drop] = [addCapabilities.map(nameOf), dropCapabilities.map(nameOf)];
  const start = add.includes('all') ? [...known] : drop.includes('all') ? [] : usual;
  const kept = new Set(start.filter((one) => !drop.includes(one)));
  for (const one of add) if (one !== 'all') kept.add(one);
  const bound = ['-all', ...[...kept].map((one) => `+${one}`)].join(',');
  return [`--bounding-set=${bound}`, '--inh-caps=-all', '--no-new-privs'];
}

function nameOf(capability: string): string {
  const name = capability.toLowerCase().replace(/^cap_/, '');
  if (name === 'all' || known.has(name)) return name;
  throw new CreateContainerError(`there is no capability "${capability}": see capabilities(7)`);
}
