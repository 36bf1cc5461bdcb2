// As much of an API server as kubectl needs to reach one pod's log, exec, attach and port-forward: everything else is passed on to a kubelet's
// server. For tests of that server with real kubectls.

import { once } from 'node:events';
import { createServer, request as httpsRequest, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import type { V1Pod } from '../../src/api/generated/types.ts';
import type { TestCertificates } from './test-certificates.ts';

const podResource = { name: 'pods', singularName: '', namespaced: true, kind: 'Pod', verbs: ['get'] };
const discovery: Record<string, object> = {
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [podResource] },
};

/** Starts it; `kubeletPort` is on 127.0.0.1. Resolves with its URL. */
export async function kubectlFront(
  pod: V1Pod,
  kubeletPort: number,
  certificates: TestCertificates,
): Promise<{ url: string; close(): void }> {
  const { ca, server: own, client } = certificates;
  const server = createServer({ cert: own.cert, key: own.key });
  const kubelet = { host: '127.0.0.1', port: kubeletPort, ca, ...client };
  const podPath = `/api/v1/namespaces/${pod.metadata.namespace}/pods/${pod.metadata.name}`;
  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const answer = path === podPath ? pod : discovery[path];
    if (answer) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return;
    }
    if (path !== `${podPath}/log`) return void response.writeHead(404).end();
    httpsRequest({ ...kubelet, path: kubeletPath(request.url ?? '') }, (passed) => {
      response.writeHead(passed.statusCode ?? 500, passed.headers);
      passed.pipe(response);
    }).end();
  });
  passUpgradesOn(server, kubelet);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function passUpgradesOn(server: Server, kubelet: object): void {
  server.on('upgrade', (request, socket, head) => {
    const upstream = connect({ ...kubelet, servername: 'localhost' }, () => {
      const headers = request.rawHeaders
        .map((text, i) => (i % 2 === 0 ? `${text}: ` : `${text}\r\n`))
        .join('');
      upstream.write(`${request.method} ${kubeletPath(request.url ?? '')} HTTP/1.1\r\n${headers}\r\n`);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
}

/** `/api/v1/namespaces/NS/pods/POD/exec?container=C` → `/exec/NS/POD/C`. */
function kubeletPath(url: string): string {
  const { pathname, searchParams, search } = new URL(url, 'https://api');
  const [, , , , namespace, , pod, verb] = pathname.split('/');
  const container = searchParams.get('container') ?? 'app';
  if (verb === 'portforward') return `/portForward/${namespace}/${pod}${search}`;
  return `/${verb === 'log' ? 'containerLogs' : verb}/${namespace}/${pod}/${container}${search}`;
}
