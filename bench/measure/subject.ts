// The server that is measured: the one that a kubeconfig names, or a fresh control plane of our own.

import path from 'node:path';
import type { BenchOptions } from './bench.ts';
import { ask, Connection, unexpected } from './connections.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { type Endpoint, endpointOfFile } from './endpoint.ts';

export interface Subject {
  readonly endpoint: Endpoint;
  /** Undefined for a server that a kubeconfig names. */
  readonly own: ControlPlane | undefined;
}

/** What was started is stopped when `stack` is disposed of. */
export async function openSubject(
  { kubeconfig }: BenchOptions,
  dir: string,
  stack: AsyncDisposableStack,
): Promise<Subject> {
  if (kubeconfig !== undefined) return { endpoint: await endpointOfFile(kubeconfig), own: undefined };
  const own = await startControlPlane({ dir: path.join(dir, 'control-plane') });
  stack.defer(() => own.stop());
  return { endpoint: own.endpoint, own };
}

/** Makes a namespace that was not there, or deletes what an earlier run left in it, and deletes it when `stack` is disposed of. */
export async function ownNamespace(
  endpoint: Endpoint,
  name: string,
  stack: AsyncDisposableStack,
): Promise<string> {
  const connection = new Connection(endpoint);
  const path = `/api/v1/namespaces/${name}`;
  stack.defer(async () => {
    await connection.send({ method: 'DELETE', path });
    await connection.close();
  });
  await connection.send({ method: 'DELETE', path });
  while ((await connection.send({ method: 'GET', path })) !== 404) {
    // An earlier run's is on its way out; the answer paces the questions.
  }
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const creation = { method: 'POST', path: '/api/v1/namespaces', body } as const;
  const { status, text } = await ask(connection, creation);
  if (status !== 201) throw unexpected(creation, status, text);
  return name;
}
