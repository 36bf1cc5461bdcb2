// Which route takes a request: an exact host before a wildcard before no host; then an exact path before the longest prefix before no path;
// then the earlier one. A request that no path of a better host takes goes on to the next, as Ingress and Gateway API order their rules.

import type { Route } from './model.ts';

export class Router {
  readonly #exactHosts = new Map<string, PathTable>();
  /** By what follows the star, with its dot. */
  readonly #wildcards = new Map<string, PathTable>();
  readonly #anyHost = new PathTable();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#tableOf(route).add(route);
  }

  /** `host` in lower case without port, `path` encoded as it came and without its query; `*` (of OPTIONS) has no path. */
  find(host: string, path: string): Route | undefined {
    return (
      this.#exactHosts.get(host)?.find(path) ??
      this.#wildcards.get(behindFirstLabel(host))?.find(path) ??
      this.#anyHost.find(path)
    );
  }

  #tableOf({ host }: Route): PathTable {
    if (host === undefined) return this.#anyHost;
    const [tables, key] = isWildcard(host) ? [this.#wildcards, host.slice(1)] : [this.#exactHosts, host];
    const table = tables.get(key) ?? new PathTable();
    tables.set(key, table);
    return table;
  }
}

class PathTable {
  readonly #exact = new Map<string, Route>();
  readonly #prefixes = new Map<string, Route>();
  #longestPrefix = -1;
  #anyPath: Route | undefined;

  add(route: Route): void {
    if (route.path?.type === 'exact') addFirst(this.#exact, route.path.value, route);
    else if (route.path) this.#addPrefix(matchedPrefix(route.path.value), route);
    else this.#anyPath ??= route;
  }

  find(path: string): Route | undefined {
    return this.#exact.get(path) ?? this.#findPrefix(path) ?? this.#anyPath;
  }

  #addPrefix(prefix: string, route: Route): void {
    addFirst(this.#prefixes, prefix, route);
    this.#longestPrefix = Math.max(this.#longestPrefix, prefix.length);
  }

  // Cut at slashes from the longest prefix that exists, not from the end of the path: a path of thousands of slashes costs no more.
  #findPrefix(path: string): Route | undefined {
    if (this.#longestPrefix === -1) return undefined;
    const isShort = path.length <= this.#longestPrefix;
    let end = isShort ? path.length : path.lastIndexOf('/', this.#longestPrefix);
    while (end >= 0) {
      const route = this.#prefixes.get(path.slice(0, end));
      if (route) return route;
      end = end === 0 ? -1 : path.lastIndexOf('/', end - 1);
    }
    return undefined;
  }
}

/**
 * The path that the server gets: what matched is replaced, the rest stays byte for byte. Where both have a slash at the seam there is one:
 * /a/b of prefix /a rewritten to / is /b.
 */
export function rewritePath(path: string, route: Route): string {
  if (route.rewritePath === undefined || !path.startsWith('/')) return path;
  const rest = path.slice(matchedLength(path, route));
  const isDouble = rest.startsWith('/') && route.rewritePath.endsWith('/');
  return route.rewritePath + (isDouble ? rest.slice(1) : rest);
}

/**
 * The routes in an order in which the first that matches is the one that a Router finds; routes that can never win are left out. For engines
 * that try rules one by one.
 */
export function routesByPrecedence(routes: readonly Route[]): readonly Route[] {
  const first = new Map<string, Route>();
  for (const route of routes) addFirst(first, routeKey(route), route);
  return [...first.values()].toSorted(byPrecedence);
}

/** Equal for routes that take the same requests. */
export function routeKey({ host, path }: Route): string {
  const value = path?.type === 'prefix' ? matchedPrefix(path.value) : path?.value;
  return JSON.stringify([host, path?.type, value]);
}

function byPrecedence(a: Route, b: Route): number {
  return hostRank(a) - hostRank(b) || pathRank(a) - pathRank(b) || prefixLength(b) - prefixLength(a);
}

function hostRank({ host }: Route): number {
  if (host === undefined) return 2;
  return isWildcard(host) ? 1 : 0;
}

function pathRank({ path }: Route): number {
  if (!path) return 2;
  return path.type === 'exact' ? 0 : 1;
}

function prefixLength({ path }: Route): number {
  return path?.type === 'prefix' ? matchedPrefix(path.value).length : 0;
}

function matchedLength(path: string, { path: match }: Route): number {
  if (!match) return 0;
  return match.type === 'exact' ? path.length : matchedPrefix(match.value).length;
}

// Ingress: a slash at the end of a prefix is ignored. What is left ends before a slash or at the end of the path; `/` becomes nothing.
export function matchedPrefix(value: string): string {
  return value.endsWith('/') ? value.slice(0, -1) : value;
}

function isWildcard(host: string): boolean {
  return host.startsWith('*.');
}

function behindFirstLabel(host: string): string {
  const dot = host.indexOf('.');
  return dot > 0 ? host.slice(dot) : '';
}

function addFirst(map: Map<string, Route>, key: string, route: Route): void {
  if (!map.has(key)) map.set(key, route);
}
