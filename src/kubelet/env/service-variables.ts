// The variables that tell a container where the Services of its namespace are (`WEB_SERVICE_HOST`, Docker's link form). Pure.

import type { V1Service } from '../../api/generated/types.ts';
import { hostAndPort } from '../../api/host-and-port.ts';

function upper(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}

/** Only Services with an address of their own are told. */
function hasAddress({ spec }: V1Service): boolean {
  return Boolean(spec?.clusterIP) && spec?.clusterIP !== 'None' && (spec?.ports?.length ?? 0) > 0;
}

/** Of the services given, those without a cluster IP left out. */
export function serviceVariables(services: Iterable<V1Service>): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const service of services) if (hasAddress(service)) addService(variables, service);
  return variables;
}

function addService(variables: Record<string, string>, { metadata, spec }: V1Service): void {
  const prefix = upper(metadata.name);
  const host = spec?.clusterIP ?? '';
  const ports = spec?.ports ?? [];
  variables[`${prefix}_SERVICE_HOST`] = host;
  variables[`${prefix}_SERVICE_PORT`] = String(ports[0]?.port);
  for (const { name, port } of ports) {
    if (name) variables[`${prefix}_SERVICE_PORT_${upper(name)}`] = String(port);
  }
  for (const [index, { port, protocol = 'TCP' }] of ports.entries()) {
    const url = `${protocol.toLowerCase()}://${hostAndPort(host, port)}`;
    const link = `${prefix}_PORT_${port}_${protocol}`;
    if (index === 0) variables[`${prefix}_PORT`] = url;
    Object.assign(variables, {
      [link]: url,
      [`${link}_PROTO`]: protocol.toLowerCase(),
      [`${link}_PORT`]: String(port),
      [`${link}_ADDR`]: host,
    });
  }
}
