// The network namespace of one pod: made, plugged into the node's bridge, and removed, by whoever is on the node. Its name says whose it is and
// which address it has: a kubelet that comes back reads in the folder what its predecessor left.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runProgram } from '../../base/run-program.ts';
import { macOf, podBridge } from './scripts.ts';

const folder = '/run/netns';
/** Has an empty file for each that is whole. */
const wholeFolder = '/run/netns-whole';

export interface PodNamespace {
  readonly uid: string;
  /** Of its address. */
  readonly number: number;
}

/** `gateway` and `address` are of a network with so many `bits`; `routes` are lines for `ip -batch`, run last. */
export interface PodAddressing {
  readonly address: string;
  readonly bits: number;
  readonly gateway: string;
  readonly routes: readonly string[];
}

/** All there are on this node, whole or not. */
export function podNamespaces(): PodNamespace[] {
  return readdirSync(folder).flatMap((name) => {
    const [, number, uid] = /^pod(\d+)-(.+)$/.exec(name) ?? [];
    return uid === undefined ? [] : [{ uid, number: Number(number) }];
  });
}

/** False for one that its kubelet died over. */
export function isWhole(pod: PodNamespace): boolean {
  return existsSync(path.join(wholeFolder, nameOf(pod)));
}

export function pathOf(pod: PodNamespace): string {
  return `${folder}/${nameOf(pod)}`;
}

/** Two processes, one after the other. Rejects with an Error in one line; what was made is there still. */
export async function makePodNamespace(pod: PodNamespace, addressing: PodAddressing): Promise<void> {
  const { address, bits, gateway, routes } = addressing;
  await ip([
    `netns add ${nameOf(pod)}`,
    `link add ${linkOf(pod)} up master ${podBridge} type veth peer name eth0 address ${macOf(address)} netns ${nameOf(pod)}`,
  ]);
  const inside = ['nsenter', `--net=${pathOf(pod)}`, 'sh', '-c', `${settings}; exec ip -batch -`];
  const lines = [
    'link set lo up',
    `addr add ${address}/${bits} dev eth0`,
    'link set eth0 up',
    `route add default via ${gateway}`,
    ...routes,
  ];
  await runProgram(inside, lines.join('\n'));
  mkdirSync(wholeFolder, { recursive: true });
  writeFileSync(path.join(wholeFolder, nameOf(pod)), '');
}

/** Whole or not; what is not there any more is no error. */
export async function removePodNamespace(pod: PodNamespace): Promise<void> {
  rmSync(path.join(wholeFolder, nameOf(pod)), { force: true });
  // Its link first: a process in there that somebody has left behind would keep the namespace, and is not to keep the address.
  await ip([`link del ${linkOf(pod)}`]).catch((error: Error) => {
    if (!/Cannot find device/.test(error.message)) throw error;
  });
  if (podNamespaces().some(({ uid }) => uid === pod.uid)) await ip([`netns del ${nameOf(pod)}`]);
}

/** A machine's ports below 1024 are protected from its users; a pod has none but its own. */
const settings = [
  'cd /proc/sys/net',
  'echo 0 > ipv4/ip_unprivileged_port_start',
  'echo 1 > ipv4/conf/all/route_localnet',
  'echo 0 > ipv4/conf/all/rp_filter',
  'echo 0 > ipv4/conf/eth0/rp_filter',
  '[ ! -e ipv6 ] || echo 1 > ipv6/conf/eth0/disable_ipv6',
].join(' && ');

function ip(lines: readonly string[]): Promise<string> {
  return runProgram(['ip', '-batch', '-'], lines.join('\n'));
}

function nameOf({ uid, number }: PodNamespace): string {
  return `pod${number}-${uid}`;
}

/** An interface's name has 15 characters at most. */
function linkOf({ number }: PodNamespace): string {
  return `pod${number}`;
}
