// How a pod resolves names: what its dnsPolicy and dnsConfig come to, as Kubernetes' kubelet forms it. Pure.

import type { V1Pod, V1PodDNSConfig } from '../../api/generated/types.ts';

/** What a resolv.conf says. */
export interface ResolverSettings {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** As they are written: `ndots:5`. */
  readonly options: readonly string[];
}

export interface KubeletDns {
  /** Where this node's pods reach the cluster's DNS, and what its names end in. Undefined: there is none, and they resolve as the node does. */
  readonly cluster?: { readonly address: string; readonly domain: string };
  /** How the node itself resolves names: asked for each pod, since it changes with the network of a laptop. */
  node(): ResolverSettings;
}

export interface PodResolver {
  /** Undefined: the machine's own. */
  readonly settings?: ResolverSettings;
  /** What had to be left out, a line each. */
  readonly problems: readonly string[];
}

/** What resolvers look at; the API refuses more than these in a pod, but they come on top of what it has anyway. */
const most = { nameservers: 3, searches: 32, searchLength: 2_048 };
const nothing: ResolverSettings = { nameservers: [], searches: [], options: [] };

/** `dns` undefined: a node that knows of no DNS, where only what a pod says itself counts. */
export function podResolver(pod: V1Pod, dns: KubeletDns | undefined): PodResolver {
  const merged = withConfig(byPolicy(pod, dns), pod.spec.dnsConfig);
  return merged.nameservers.length > 0 ? limited(merged) : { problems: [] };
}

function byPolicy({ metadata, spec }: V1Pod, dns: KubeletDns | undefined): ResolverSettings {
  const { dnsPolicy = 'ClusterFirst', hostNetwork = false } = spec;
  if (dnsPolicy === 'None' || !dns) return nothing;
  const wantsCluster =
    dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  return wantsCluster && dns.cluster
    ? clusterSettings(dns.cluster, metadata.namespace ?? 'default')
    : dns.node();
}

function clusterSettings(
  { address, domain }: NonNullable<KubeletDns['cluster']>,
  namespace: string,
): ResolverSettings {
  const services = `svc.${domain}`;
  return {
    nameservers: [address],
    searches: [`${namespace}.${services}`, services, domain],
    options: ['ndots:5'],
  };
}

function withConfig(base: ResolverSettings, config: V1PodDNSConfig = {}): ResolverSettings {
  const { nameservers = [], searches = [], options = [] } = config;
  const byName = new Map(base.options.map((option) => [option.split(':', 1)[0] ?? '', option]));
  for (const { name = '', value } of options) byName.set(name, value ? `${name}:${value}` : name);
  return {
    nameservers: [...new Set([...base.nameservers, ...nameservers])],
    searches: [...new Set([...base.searches, ...searches])],
    options: [...byName.values()],
  };
}

function limited({ nameservers, searches, options }: ResolverSettings): PodResolver {
  const problems: string[] = [];
  const settings = {
    nameservers: nameservers.slice(0, most.nameservers),
    searches: fittingSearches(searches),
    options,
  };
  if (settings.nameservers.length < nameservers.length) {
    problems.push(
      `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${settings.nameservers.join(' ')}`,
    );
  }
  if (settings.searches.length < searches.length) {
    problems.push(
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${settings.searches.join(' ')}`,
    );
  }
  return { settings, problems };
}

function fittingSearches(searches: readonly string[]): string[] {
  const fitting = searches.slice(0, most.searches);
  while (fitting.join(' ').length > most.searchLength) fitting.pop();
  return fitting;
}
