// Writes on the pod or the node that a server is.

import type { V1Service } from '../api/generated/types.ts';
import { labelSelectorFromMap } from '../api/selectors.ts';
import type { Client } from '../client/client.ts';
import { nodes, pods, services } from '../client/resources.ts';
import { listServers } from './server-list.ts';

export interface ServerName {
  /** Of the Service. */
  readonly namespace: string;
  readonly service: string;
  /** The name of a pod, or of a node. */
  readonly server: string;
}

/** `null` removes one. Rejects with an Error in one line when there is no such Service, or the Service has no such server. */
export async function annotateServer(
  client: Client,
  name: ServerName,
  annotations: Readonly<Record<string, string | null>>,
): Promise<void> {
  const { namespace, service: serviceName, server } = name;
  const service = await client.resource(services, namespace).find(serviceName);
  if (!service) throw new Error(`there is no Service "${serviceName}" in the namespace "${namespace}"`);
  const patch = { metadata: { annotations } };
  if (await isPod(client, name, service)) await client.resource(pods, namespace).patch(server, patch);
  else await client.resource(nodes).patch(server, patch);
}

/** True for a pod, false for a node. A balancer need not have reported a pod: it may be away. */
async function isPod(client: Client, name: ServerName, service: V1Service): Promise<boolean> {
  const { namespace, server } = name;
  const servers = await listServers(client, { namespace, service: name.service });
  const reported = servers.find((one) => one.name === server);
  if (reported && reported.node === server && (await client.resource(nodes).find(server))) return false;
  const pod = await client.resource(pods, namespace).find(server);
  const { selector = {} } = service.spec ?? {};
  const isSelected =
    Object.keys(selector).length > 0 && labelSelectorFromMap(selector).matches(pod?.metadata.labels);
  if (pod && (reported || isSelected)) return true;
  const known = [...new Set(servers.map((one) => one.name))].join(', ');
  throw new Error(
    `the Service "${name.service}" has no server "${server}" that is a pod or a node; ${known ? `it has ${known}` : 'none is reported'}`,
  );
}
