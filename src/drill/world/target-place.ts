// Where users reach the target: what the drill says, else the Service's own address, else an Ingress that leads to it. Pure.

import { serviceUrls } from '../../api/core/service-urls.ts';
import type { V1Ingress, V1IngressBackend, V1Node } from '../../api/generated/types.ts';
import type { TargetRef } from '../scenario/scenario.ts';
import { type Told, ToldError, told } from '../told.ts';
import type { Entrance, TargetObjects } from './target-objects.ts';

export interface TargetPlace {
  /** Without a slash at its end. */
  readonly url: string;
  /** The Host to ask for, where it is not the URL's. */
  readonly host?: string;
}

/** Throws, in one line, when there is none. */
export function placeOf(ref: TargetRef, objects: TargetObjects, entrance: Entrance): TargetPlace {
  const { service: wanted } = ref;
  if (wanted === undefined) return givenPlace(ref);
  const { service } = objects;
  const name = `${wanted.namespace}/${wanted.name}`;
  if (service === undefined) throw new ToldError(noService(name));
  if (ref.url !== undefined) return givenPlace(ref);
  const byIngress = ingressPlace(objects.ingresses, wanted.name, ref.host, entrance);
  // Who names a host means the Ingress that has it.
  if (ref.host !== undefined && byIngress) return byIngress;
  const nodeAddress = entrance.isLocal ? undefined : addressOf(objects.nodes);
  const options = { port: wanted.port, ...(nodeAddress === undefined ? {} : { nodeAddress }) };
  const [own] = serviceUrls([service], options);
  if (own) return { url: own.url };
  if (byIngress) return byIngress;
  throw new ToldError(unreachable(name));
}

function noService(name: string): Told {
  return told(`there is no Service ${name}`, `no hay ningún Service ${name}`);
}

function unreachable(name: string): Told {
  return told(
    `${name} cannot be reached from here: make it a LoadBalancer or NodePort, or lead an Ingress to it, or say target.url`,
    `no se llega a ${name} desde aquí: hazlo LoadBalancer o NodePort, o lleva a él un Ingress, o pon target.url`,
  );
}

const nowhere = told('the target has neither a service nor a url', 'el objetivo no tiene ni service ni url');

function givenPlace({ url, host }: TargetRef): TargetPlace {
  if (url === undefined) throw new ToldError(nowhere);
  return { url: url.replace(/\/+$/, ''), ...(host === undefined ? {} : { host }) };
}

function addressOf(nodes: readonly V1Node[]): string | undefined {
  const addresses = nodes.flatMap(({ status }) => status?.addresses ?? []);
  const found = (type: string) => addresses.find((one) => one.type === type)?.address;
  return found('ExternalIP') ?? found('InternalIP');
}

interface IngressRoute {
  readonly ingress: V1Ingress;
  readonly host?: string;
  readonly path: string;
}

function ingressPlace(
  ingresses: readonly V1Ingress[],
  service: string,
  host: string | undefined,
  { ingress: entrance }: Entrance,
): TargetPlace | undefined {
  const routes = ingresses.flatMap((ingress) => routesTo(ingress, service));
  const route = routes.find((one) => host === undefined || one.host === host);
  if (!route) return undefined;
  const [address] = route.ingress.status?.loadBalancer?.ingress ?? [];
  const place = address?.ip ?? address?.hostname;
  const base = entrance ?? (place === undefined ? undefined : `http://${place}`);
  if (base === undefined) return undefined;
  const url = `${base}${route.path}`.replace(/\/+$/, '');
  return { url, ...(route.host === undefined ? {} : { host: route.host }) };
}

function routesTo(ingress: V1Ingress, service: string): IngressRoute[] {
  const leads = (backend: V1IngressBackend | undefined) => backend?.service?.name === service;
  const rules = (ingress.spec?.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? [])
      .filter(({ backend }) => leads(backend))
      // A wildcard is no host that one can ask for.
      .map(({ path = '' }) => ({ ingress, path, ...(host && !host.startsWith('*') ? { host } : {}) })),
  );
  return leads(ingress.spec?.defaultBackend) ? [...rules, { ingress, path: '' }] : rules;
}
