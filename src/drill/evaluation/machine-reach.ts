// Why other machines do not reach what this machine reaches: whose addresses they are, and whether it hands on what others send.

import { readdirSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { type Told, told } from '../told.ts';

export interface Machine {
  /** Those that it has for others: not of its loopback. */
  readonly addresses: readonly string[];
  /** The folder /proc/sys/net. */
  readonly settings: string;
}

/** `hosts`: addresses that it reaches. Undefined: others may reach one of them as well. */
export function whyOthersDoNot(hosts: readonly string[], machine: Machine): Told | undefined {
  if (hosts.every(isLoopback)) return loopback;
  // As pods of the host's network have them.
  if (hosts.some((host) => machine.addresses.includes(host))) return undefined;
  const families = new Set(hosts.map((host) => (isIP(host) === 6 ? 'ipv6' : 'ipv4')));
  return [...families].some((family) => forwards(machine.settings, family)) ? undefined : notForwarded;
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}

/**
 * Whether it is a router for others. Each interface has a say of its own, whatever ip_forward is, and `default` has it for those that come;
 * where it cannot be read, it may be one.
 */
function forwards(settings: string, family: 'ipv4' | 'ipv6'): boolean {
  const folder = path.join(settings, family, 'conf');
  try {
    const others = readdirSync(folder).filter((name) => name !== 'lo');
    return others.some((name) => readFileSync(path.join(folder, name, 'forwarding'), 'utf8').trim() !== '0');
  } catch {
    return true;
  }
}

const loopback = told(
  'other machines do not, these are addresses of its loopback',
  'otras máquinas no, son direcciones de su bucle local',
);

const notForwarded = told(
  'other machines do not, it forwards nothing (forwarding is 0 for all of its network interfaces)',
  'otras máquinas no, no reenvía nada (forwarding es 0 en todas sus interfaces de red)',
);
