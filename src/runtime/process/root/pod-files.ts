// The files that a pod has of its own in /etc: who it is, and whom it knows.

import { readFileSync } from 'node:fs';
import type { RuntimePodSpec } from '../../runtime.ts';

const loopback = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
`;

export const podFileNames = ['/etc/hostname', '/etc/hosts', '/etc/resolv.conf'] as const;

/** Their contents, by their paths. */
export function podFiles(pod: RuntimePodSpec): Record<(typeof podFileNames)[number], string> {
  return {
    '/etc/hostname': `${pod.hostname}\n`,
    '/etc/hosts': hostsOf(pod),
    '/etc/resolv.conf': resolverOf(pod),
  };
}

function hostsOf({ hostname, domain, network: { ips, hostAliases = [] } }: RuntimePodSpec): string {
  // The full name first: it is what `hostname --fqdn` gives.
  const names = domain === undefined ? hostname : `${hostname}.${domain}\t${hostname}`;
  const addresses = ips.length > 0 ? ips : ['127.0.0.1'];
  const own = addresses.map((ip) => `${ip}\t${names}\n`).join('');
  const aliases = hostAliases.map(({ ip, hostnames }) => `${ip}\t${hostnames.join('\t')}\n`).join('');
  return `# Written by Relevo.\n${loopback}${own}${aliases && `# Of hostAliases:\n${aliases}`}`;
}

function resolverOf({ network: { dns } }: RuntimePodSpec): string {
  if (!dns) return hostResolver();
  const searches = dns.searches.length > 0 ? `search ${dns.searches.join(' ')}\n` : '';
  const options = dns.options.length > 0 ? `options ${dns.options.join(' ')}\n` : '';
  return `${searches}${dns.nameservers.map((one) => `nameserver ${one}\n`).join('')}${options}`;
}

function hostResolver(): string {
  try {
    return readFileSync('/etc/resolv.conf', 'utf8');
  } catch {
    return '';
  }
}
