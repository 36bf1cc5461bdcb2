// How this machine resolves names, as its resolv.conf says.

import { readFileSync } from 'node:fs';
import type { ResolverSettings } from '../../kubelet/pod/pod-dns.ts';

/** Empty where there is no such file, as on systems that do without. */
export function machineResolver(file = '/etc/resolv.conf'): ResolverSettings {
  try {
    return parseResolver(readFileSync(file, 'utf8'));
  } catch {
    return { nameservers: [], searches: [], options: [] };
  }
}

/** resolv.conf(5): of `search` and `domain` the last line counts, of `options` all do. */
export function parseResolver(text: string): ResolverSettings {
  const nameservers: string[] = [];
  const options: string[] = [];
  let searches: string[] = [];
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .split(/\s+/)
      .filter(Boolean);
    if (keyword === 'nameserver') nameservers.push(...words.slice(0, 1));
    if (keyword === 'options') options.push(...words);
    if (keyword === 'search') searches = words;
    if (keyword === 'domain') searches = words.slice(0, 1);
  }
  return { nameservers, searches, options };
}
