// The routes of Ingresses: hosts, paths and the rules of their annotations. Of two that want the same host and path the older Ingress has
// it. Pure.

import type { V1HTTPIngressPath, V1Ingress, V1IngressBackend } from '../../api/generated/types.ts';
import { keyOf } from '../../client/object-key.ts';
import type { PathMatch, Route } from '../../lb/model.ts';
import { routeKey } from '../../lb/routing.ts';
import { AnnotationReader, annotation } from '../annotations.ts';
import type { Note } from '../note.ts';
import { type ServiceLookup, targetOf } from './ingress-service.ts';

/** A route, and whether plain HTTP is answered with a redirect to it. */
export interface IngressRoute {
  readonly route: Route;
  readonly toHttps: boolean;
}

export interface IngressRoutes {
  readonly routes: readonly IngressRoute[];
  /** The ports that are led to, by the key of their Service: see portKey(). */
  readonly ports: ReadonlyMap<string, ReadonlySet<string>>;
}

/** `ingresses` are ours, the oldest first. `isSecure` tells whether a host of one has a certificate. */
export function ingressRoutes(
  ingresses: readonly V1Ingress[],
  lookup: ServiceLookup,
  isSecure: (ingress: V1Ingress, host: string | undefined) => boolean,
  notes: Note[],
): IngressRoutes {
  const routes: IngressRoute[] = [];
  const owners = new Map<string, string>();
  const ports = new Map<string, Set<string>>();
  const context = { lookup, ports, notes };
  for (const ingress of ingresses) {
    const common = commonOf(ingress, notes);
    for (const { host, path, backend } of wishesOf(ingress)) {
      const match = { ...(host ? { host: host.toLowerCase() } : {}), ...(path ? { path } : {}) };
      const action = actionOf(ingress, backend, context);
      const route: Route = { ...match, ...common.edits, action, origin: keyOf(ingress) };
      const owner = owners.get(routeKey(route));
      if (owner === undefined) {
        owners.set(routeKey(route), keyOf(ingress));
        routes.push({ route, toHttps: common.redirects && isSecure(ingress, match.host) });
      } else if (owner !== keyOf(ingress)) notes.push(duplicate(ingress, route, owner));
    }
  }
  return { routes, ports };
}

interface Wish {
  readonly host?: string;
  readonly path?: PathMatch;
  readonly backend: V1IngressBackend;
}

function wishesOf({ spec: { rules = [], defaultBackend } }: V1Ingress): Wish[] {
  const wishes: Wish[] = rules.flatMap(({ host, http }) =>
    (http?.paths ?? []).map((path) => ({ host, path: pathMatch(path), backend: path.backend })),
  );
  return defaultBackend ? [...wishes, { backend: defaultBackend }] : wishes;
}

/** What the implementation decides is a prefix here; none is every path. */
function pathMatch({ path, pathType }: V1HTTPIngressPath): PathMatch | undefined {
  if (!path) return undefined;
  return { type: pathType === 'Exact' ? 'exact' : 'prefix', value: path };
}

type Edits = Pick<Route, 'requestHeaders' | 'responseHeaders' | 'rewritePath' | 'bodyBytes'>;

function commonOf(ingress: V1Ingress, notes: Note[]): { edits: Edits; redirects: boolean } {
  const reader = new AnnotationReader(ingress, notes);
  const requestHeaders = reader.headers(annotation.requestHeaders);
  const responseHeaders = reader.headers(annotation.responseHeaders);
  const rewritePath = rewriteOf(ingress, reader, notes);
  const bodyBytes = reader.bytes(annotation.bodyLimit);
  const edits = {
    ...(requestHeaders.length > 0 ? { requestHeaders } : {}),
    ...(responseHeaders.length > 0 ? { responseHeaders } : {}),
    ...(rewritePath === undefined ? {} : { rewritePath }),
    ...(bodyBytes === undefined ? {} : { bodyBytes }),
  };
  return { edits, redirects: reader.flag(annotation.sslRedirect) ?? true };
}

/** What cannot stand in a path must not get into a request line (RFC 3986, 3.3). */
const wholePath = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;

function rewriteOf(about: V1Ingress, reader: AnnotationReader, notes: Note[]): string | undefined {
  const path = reader.text(annotation.rewritePath);
  if (path === undefined || wholePath.test(path)) return path;
  const message = `the annotation ${annotation.rewritePath} must be a path that begins with a slash, not ${JSON.stringify(path)}`;
  notes.push({ about, reason: 'InvalidAnnotation', message });
  return undefined;
}

interface Context {
  readonly lookup: ServiceLookup;
  readonly ports: Map<string, Set<string>>;
  readonly notes: Note[];
}

function actionOf(
  ingress: V1Ingress,
  backend: V1IngressBackend,
  { lookup, ports, notes }: Context,
): Route['action'] {
  const target = targetOf(ingress.metadata.namespace ?? '', backend, lookup);
  if ('missing' in target) {
    notes.push({
      about: ingress,
      reason: 'BackendNotFound',
      message: `${target.missing}: answered with 503`,
    });
    return { type: 'respond', status: 503, reason: target.missing };
  }
  const wanted = ports.get(target.serviceKey) ?? new Set<string>();
  ports.set(target.serviceKey, wanted.add(target.port));
  return { type: 'backend', backend: target.backend };
}

function duplicate(about: V1Ingress, { host = '*', path }: Route, owner: string): Note {
  const message = `the host "${host}" with the path "${path?.value ?? '*'}" belongs to the older Ingress "${owner}"`;
  return { about, reason: 'DuplicatePath', message };
}
