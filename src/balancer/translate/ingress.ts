// From all Ingresses to the two frontends that serve them, plain and TLS. Pure.

import type { V1Ingress, V1IngressClass } from '../../api/generated/types.ts';
import { defaultClientTimeouts, defaultRequestLimits } from '../../lb/defaults.ts';
import type { Bind, Certificate, Frontend, Route } from '../../lb/model.ts';
import { AnnotationReader, annotation } from '../annotations.ts';
import type { Note } from '../note.ts';
import { type CertificateLookup, ingressCertificates } from './ingress-certificates.ts';
import { type IngressRoute, ingressRoutes } from './ingress-routes.ts';
import type { ServiceLookup } from './ingress-service.ts';

export interface IngressPlaces {
  readonly http: readonly Bind[];
  readonly https: readonly Bind[];
  /** The addresses that Ingress objects are told they are found at. */
  readonly published: readonly string[];
  /** Where clients find the HTTPS ones, for redirects. Default: the port of the first. */
  readonly publicHttpsPort?: number;
  /** CIDRs of peers that begin with a PROXY protocol header. */
  readonly proxyProtocolFrom?: readonly string[];
}

export interface IngressTranslation {
  readonly frontends: readonly Frontend[];
  readonly certificates: readonly Certificate[];
  /** The ports that are led to, by the key of their Service. */
  readonly ports: ReadonlyMap<string, ReadonlySet<string>>;
  readonly notes: readonly Note[];
}

export const noIngresses: IngressTranslation = {
  frontends: [],
  certificates: [],
  ports: new Map(),
  notes: [],
};

/** `spec.controller` of IngressClasses that are ours. */
export const ingressController = 'relevo.dev/balancer';
const className = 'relevo';
const classAnnotation = 'kubernetes.io/ingress.class';

/** Those without a class, of the class `relevo`, or of a class whose controller is ours; the oldest first. */
export function ownIngresses(
  all: readonly V1Ingress[],
  classOf: (name: string) => V1IngressClass | undefined,
): V1Ingress[] {
  const isOwn = ({ spec, metadata }: V1Ingress): boolean => {
    const name = spec.ingressClassName ?? metadata.annotations?.[classAnnotation];
    if (metadata.deletionTimestamp) return false;
    if (name === undefined) return true;
    const found = classOf(name);
    return found ? found.spec?.controller === ingressController : name === className;
  };
  return all.filter(isOwn).sort(byAge);
}

function byAge({ metadata: a }: V1Ingress, { metadata: b }: V1Ingress): number {
  const age = Date.parse(a.creationTimestamp) - Date.parse(b.creationTimestamp);
  return age || (`${a.namespace}/${a.name}` < `${b.namespace}/${b.name}` ? -1 : 1);
}

/** `ingresses` as ownIngresses() gives them; without any, nothing is listened on. `trustedProxies`: CIDRs, besides those of annotations. */
export function translateIngresses(
  ingresses: readonly V1Ingress[],
  lookup: ServiceLookup & CertificateLookup,
  places: IngressPlaces,
  trustedProxies: readonly string[],
): IngressTranslation {
  if (ingresses.length === 0) return noIngresses;
  const notes: Note[] = [];
  const found = ingressCertificates(ingresses, lookup, notes);
  const certificates = places.https.length > 0 ? found.certificates : [];
  const isSecure = certificates.length > 0 ? found.isSecure : () => false;
  const { routes, ports } = ingressRoutes(ingresses, lookup, isSecure, notes);
  const common = commonOf(ingresses, places, trustedProxies, notes);
  const frontends: Frontend[] = [];
  if (places.http.length > 0) {
    const plain = routes.map((one) => plainRoute(one, places));
    frontends.push({ ...common, name: 'ingress:http', binds: places.http, routes: plain });
  }
  if (certificates.length > 0) {
    const names = certificates.map(({ name }) => name);
    const binds = places.https.map((bind) => ({ ...bind, certificates: names }));
    frontends.push({ ...common, name: 'ingress:https', binds, routes: routes.map(({ route }) => route) });
  }
  return { frontends, certificates, ports, notes };
}

type Common = Omit<Frontend, 'name' | 'binds' | 'routes'>;

function commonOf(
  ingresses: readonly V1Ingress[],
  { proxyProtocolFrom = [] }: IngressPlaces,
  trusted: readonly string[],
  notes: Note[],
): Common {
  const believed = ingresses.flatMap((ingress) =>
    new AnnotationReader(ingress, notes).ranges(annotation.trustedProxies),
  );
  return {
    mode: 'http',
    trustedProxies: [...new Set([...trusted, ...believed])],
    proxyProtocolFrom,
    limits: defaultRequestLimits,
    timeouts: defaultClientTimeouts,
  };
}

function plainRoute({ route, toHttps }: IngressRoute, { publicHttpsPort, https }: IngressPlaces): Route {
  if (!toHttps) return route;
  const port = publicHttpsPort ?? https[0]?.port ?? 443;
  const { host, path, origin } = route;
  return {
    ...(host === undefined ? {} : { host }),
    ...(path === undefined ? {} : { path }),
    action: { type: 'redirect', scheme: 'https', port },
    ...(origin === undefined ? {} : { origin }),
  };
}
