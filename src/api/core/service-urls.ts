// Under which URLs a person on this machine reaches the Services. Pure.

import type { V1Service, V1ServicePort } from '../generated/types.ts';

export interface ServiceUrl {
  readonly namespace: string;
  readonly name: string;
  readonly url: string;
}

/** Where node ports are reached: by default on this machine, as those of Relevo's own clusters are. */
export interface UrlOptions {
  readonly nodeAddress?: string;
  /** Name or number of the only port that is meant. */
  readonly port?: string;
}

/** Of NodePorts and LoadBalancers (their address, or their node port while they have none); the others are for the inside only. */
export function serviceUrls(services: readonly V1Service[], options: UrlOptions = {}): ServiceUrl[] {
  return services.flatMap((service) => {
    const { namespace = '', name = '' } = service.metadata;
    return (service.spec?.ports ?? []).filter(isMeant(options)).flatMap((port) => {
      return addressesOf(service, port, options).map((address) => ({
        namespace,
        name,
        url: `${schemeOf(port)}://${address}`,
      }));
    });
  });
}

function isMeant({ port }: UrlOptions): (of: V1ServicePort) => boolean {
  return (of) => port === undefined || of.name === port || String(of.port) === port;
}

/** What has no address yet, but will. */
export function awaitsAddress(service: V1Service): boolean {
  return service.spec?.type === 'LoadBalancer' && !service.status?.loadBalancer?.ingress?.length;
}

function addressesOf(
  { status }: V1Service,
  port: V1ServicePort,
  { nodeAddress = '127.0.0.1' }: UrlOptions,
): string[] {
  if ((port.protocol ?? 'TCP') !== 'TCP') return [];
  const addresses = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
  if (addresses.length > 0) return addresses.map((address) => withPort(address, port.port));
  return port.nodePort ? [withPort(nodeAddress, port.nodePort)] : [];
}

function withPort(address: string, port: number): string {
  return port === 80 ? address : `${address}:${port}`;
}

function schemeOf({ appProtocol, name, port }: V1ServicePort): string {
  return appProtocol === 'https' || name === 'https' || port === 443 ? 'https' : 'http';
}
