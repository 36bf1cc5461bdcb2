// What is typed into the namespaces of the fabric and of a node to make them what they are: shell scripts, and lines for `ip -batch`.

import { systemPath } from '../../base/run-program.ts';
import type { NetnsPlan } from './netns-plan.ts';

/** The fabric's bridge, which every node's cable ends in. */
export const fabricBridge = 'br0';
/** The bridge that a node's pods are plugged into. */
export const podBridge = 'cni0';
/** A node's end of its cable. */
export const uplink = 'uplink';

/** How nodes call the fabric until their cable is plugged in. */
const fabricName = 'fabric';

/** The fabric's end of a node's cable. Not after the node's name: an interface's has 15 characters at most. */
export function cableOf(index: number): string {
  return `node${index}`;
}

/** In a mount and network namespace of its own. */
export function fabricScript(plan: NetnsPlan): string {
  return [
    ...preamble(),
    ...ownRun(),
    `touch /run/netns/${fabricName}`,
    `mount --bind /proc/self/ns/net /run/netns/${fabricName}`,
    ...ip('', [
      ...bridge(fabricBridge, `${plan.fabricAddress}/${plan.nodeBits}`),
      // Every address of a Service becomes one that the balancer can listen on.
      `route add local ${plan.serviceCidr} dev lo`,
    ]),
  ].join('\n');
}

/**
 * In a mount, network and PID namespace within the fabric's. It plugs its own cable in: only from here can both ends be named. After that it
 * has no name for the fabric any more.
 */
export function nodeScript(plan: NetnsPlan, index: number): string {
  const cable = cableOf(index);
  return [
    ...preamble(),
    // Of one that died a moment ago: the kernel takes its time to clear up.
    `ip -n ${fabricName} link del ${cable} 2>/dev/null || :`,
    ...ip('', [
      `link add ${uplink} address ${macOf(plan.nodeAddress(index))} type veth peer name ${cable} netns ${fabricName}`,
      `addr add ${plan.nodeAddress(index)}/${plan.nodeBits} dev ${uplink}`,
      `link set ${uplink} up`,
      `route add default via ${plan.fabricAddress}`,
      ...bridge(podBridge, `${plan.podGateway(index)}/${plan.podBits}`),
      loadBalancerRoute(plan, plan.fabricAddress),
    ]),
    ...ip(`-n ${fabricName}`, [
      `link set ${cable} master ${fabricBridge} up`,
      `route replace ${plan.podCidr(index)} via ${plan.nodeAddress(index)}`,
    ]),
    `umount /run/netns/${fabricName}`,
    ...ownRun(),
  ].join('\n');
}

/** Always the same for an address: whoever remembers the one that had it before reaches the one that has it now. */
export function macOf(address: string): string {
  const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  // Locally administered, as 02 says.
  return ['02', '00', ...bytes].join(':');
}

/** For a pod or a node: more specific than 127.0.0.0/8, which would keep the addresses within the namespace. */
export function loadBalancerRoute({ loadBalancerCidr }: NetnsPlan, via: string): string {
  return `route add ${loadBalancerCidr} via ${via} table local`;
}

/** New namespaces have the machine's IPv4 settings (net.core.devconf_inherit_init_net): what matters is set, whatever it is there. */
function preamble(): string[] {
  const ipv4 = '/proc/sys/net/ipv4';
  return [
    `export PATH="${systemPath('$PATH')}"`,
    `echo 1 > ${ipv4}/ip_forward`,
    `echo 1 > ${ipv4}/conf/all/route_localnet`,
    `for each in all default; do echo 0 > ${ipv4}/conf/$each/rp_filter; done`,
    // lo keeps ::1, which programs bind as "localhost"; links have none, whose detection of duplicates makes everybody wait.
    '[ ! -e /proc/sys/net/ipv6 ] || echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6',
  ];
}

/** A /run that is theirs: named namespaces are kept there. */
function ownRun(): string[] {
  return ['mount -t tmpfs tmpfs /run', 'mkdir /run/netns'];
}

function bridge(name: string, address: string): string[] {
  return [
    'link set lo up',
    `link add ${name} address ${macOf(address.split('/')[0] ?? '')} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
    `addr add ${address} dev ${name}`,
    `link set ${name} up`,
  ];
}

function ip(options: string, lines: readonly string[]): string[] {
  return [`ip ${options} -batch - <<END`, ...lines, 'END'];
}
