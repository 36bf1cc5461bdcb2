// Routes as two maps, of exact paths and of prefixes, that are asked from the best kind of host to the least: as routing.ts decides. Plain
// routes live in the maps alone and change without a new process; what a route does besides is a rule of the frontend.

import type { Frontend, HeaderRule, Route } from '../../model.ts';
import { routesByPrecedence } from '../../routing.ts';
import { digest, proxyName } from '../names.ts';
import { formatText, isMapKey, regexText, word } from './quoting.ts';
import { bodyLimitRule } from './refusals.ts';
import { rewrittenAnswerRules } from './rewritten-answers.ts';

export const exactMap = 'exact-paths.map';
export const prefixMap = 'path-prefixes.map';

/** Backend → the cookie that the balancer sets for it. */
export type OwnCookies = ReadonlyMap<string, string>;

export interface RouteTables {
  /** Key and where it leads: the name of a backend, or `@` and the digest of a route with rules of its own. */
  readonly exact: readonly [string, string][];
  readonly prefix: readonly [string, string][];
}

export function routeTables(frontends: readonly Frontend[]): RouteTables {
  const tables = { exact: [] as [string, string][], prefix: [] as [string, string][] };
  for (const frontend of frontends) {
    for (const route of routesByPrecedence(frontend.routes)) addTo(tables, frontend, route);
  }
  return tables;
}

function addTo(
  tables: { exact: [string, string][]; prefix: [string, string][] },
  frontend: Frontend,
  route: Route,
) {
  const key = `${proxyName(frontend.name)}|${hostKey(route.host)}|`;
  const { path } = route;
  const whole =
    path?.type === 'exact' ? key + path.value : key + (path ? `${withoutSlash(path.value)}/` : '');
  if (!isMapKey(whole)) return;
  tables[path?.type === 'exact' ? 'exact' : 'prefix'].push([whole, target(route)]);
}

// Of a wildcard what follows the star; an exact host never begins with a dot.
function hostKey(host: string | undefined): string {
  if (host === undefined) return '*';
  return host.startsWith('*.') ? host.slice(1) : host;
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function target(route: Route): string {
  return route.action.type === 'backend' && !hasRules(route)
    ? proxyName(route.action.backend)
    : routeId(route);
}

function hasRules(route: Route): boolean {
  const { requestHeaders = [], responseHeaders = [], rewritePath, bodyBytes } = route;
  return (
    requestHeaders.length + responseHeaders.length > 0 || rewritePath !== undefined || bodyBytes !== undefined
  );
}

function routeId(route: Route): string {
  const { action, requestHeaders, responseHeaders, rewritePath, bodyBytes, path } = route;
  return `@${digest(JSON.stringify([action, requestHeaders, responseHeaders, rewritePath, bodyBytes, path]))}`;
}

/** Rules of a frontend with routes. */
export function routeRules(frontend: Frontend, ownCookies: OwnCookies): string[] {
  if (frontend.routes.length === 0) return noRoutes(frontend);
  const special = new Map(
    routesByPrecedence(frontend.routes)
      .filter((route) => target(route).startsWith('@'))
      .map((route) => [routeId(route), route]),
  );
  return [
    ...lookups(frontend),
    ...(frontend.defaultBackend === undefined
      ? ['http-request deny deny_status 404 unless { var(txn.to) -m found }']
      : []),
    ...[...special].flatMap(([id, route]) => rulesOf(id, route, ownCookies)),
    ...(special.size > 0 ? ['http-request set-var(txn.to) var(txn.next) if { var(txn.next) -m found }'] : []),
    'use_backend %[var(txn.to)] if { var(txn.to) -m found }',
    ...defaultBackend(frontend),
  ];
}

function noRoutes(frontend: Frontend): string[] {
  return frontend.defaultBackend === undefined
    ? ['http-request deny deny_status 404']
    : defaultBackend(frontend);
}

function defaultBackend({ defaultBackend }: Frontend): string[] {
  return defaultBackend === undefined ? [] : [`default_backend ${proxyName(defaultBackend)}`];
}

function lookups({ name, routes }: Frontend): string[] {
  const hosts = [
    ...(routes.some(({ host }) => host !== undefined && !host.startsWith('*.')) ? ['%[var(txn.host)]'] : []),
    ...(routes.some(({ host }) => host?.startsWith('*.')) ? ['%[var(txn.host),regsub("^[^.]+","")]'] : []),
    ...(routes.some(({ host }) => host === undefined) ? ['*'] : []),
  ];
  const unlessFound = ' if !{ var(txn.to) -m found }';
  return hosts.flatMap((host, index) => {
    const first = index === 0 ? '' : unlessFound;
    return [
      `http-request set-var-fmt(txn.key) ${word(`${proxyName(name)}|${host}|%[path]`)}${first}`,
      `http-request set-var(txn.to) var(txn.key),map_str(${exactMap})${first}`,
      `http-request set-var(txn.to) var(txn.key),concat(/),map_beg(${prefixMap})${unlessFound}`,
    ];
  });
}

function rulesOf(id: string, route: Route, ownCookies: OwnCookies): string[] {
  const isIt = `{ var(txn.to) -m str ${id} }`;
  const wasIt = isIt.replace('txn.to', 'txn.route');
  const { action } = route;
  if (action.type === 'redirect') return [redirect(action.scheme, action.port, isIt)];
  if (action.type === 'respond') return [respond(action.status, action.reason, isIt)];
  return [
    ...bodyLimitRule(route.bodyBytes, ` ${isIt}`),
    ...rewriteRules(route, isIt),
    ...(route.requestHeaders ?? []).map((rule) => headerRule('http-request', rule, isIt)),
    ...rewrittenAnswerRules(route, wasIt, ownCookies.get(action.backend)),
    ...(route.responseHeaders ?? []).map((rule) => headerRule('http-response', rule, wasIt)),
    `http-request set-var(txn.route) str(${id}) if ${isIt}`,
    `http-request set-var(txn.next) str(${proxyName(action.backend)}) if ${isIt}`,
  ];
}

function redirect(scheme: 'https' | 'http', port: number, condition: string): string {
  const isUsual = port === (scheme === 'https' ? 443 : 80);
  return `http-request redirect code 308 location ${scheme}://%[var(txn.host)]${isUsual ? '' : `:${port}`}%[pathq] if ${condition}`;
}

function respond(status: number, reason: string, condition: string): string {
  return `http-request return status ${status} content-type text/plain string ${word(`${reason}\n`)} hdr Cache-Control no-store if ${condition}`;
}

/** The seam has one slash, as rewritePath() of routing.ts has it. */
function rewriteRules({ path, rewritePath }: Route, condition: string): string[] {
  if (rewritePath === undefined) return [];
  const text = formatText(rewritePath);
  if (path?.type === 'exact') return [`http-request set-path ${word(text)} if ${condition}`];
  const prefix = `^${regexText(withoutSlash(path?.value ?? ''))}`;
  const pattern = rewritePath.endsWith('/') ? `${prefix}/?` : prefix;
  return [
    `http-request replace-path ${word(`${pattern}(.*)$`)} ${word(`${escapeBackslash(rewritePath)}\\1`)} if ${condition}`,
  ];
}

// In what replaces, \1 is a group and % a variable.
function escapeBackslash(text: string): string {
  return formatText(text).replaceAll('\\', '\\\\');
}

function headerRule(
  direction: 'http-request' | 'http-response',
  rule: HeaderRule,
  condition: string,
): string {
  const when = condition === '' ? '' : ` if ${condition}`;
  const name = word(rule.name);
  if (rule.action === 'remove') return `${direction} del-header ${name}${when}`;
  return `${direction} ${rule.action}-header ${name} ${word(formatText(rule.value))}${when}`;
}
