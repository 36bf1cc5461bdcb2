// From a context of a kubeconfig to what a transport needs: the server, whom to trust, and who one is.

import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { HttpsTransportOptions } from './https-transport.ts';
import { type Kubeconfig, KubeconfigError, type KubeUser, type Sourced } from './kubeconfig.ts';

export interface Connection {
  context: string;
  /** Default `default`. */
  namespace: string;
  transport: HttpsTransportOptions;
}

/** Of the named context, or the current one. Throws KubeconfigError in one line that says what is missing. */
export async function connectionOf(config: Kubeconfig, contextName?: string): Promise<Connection> {
  const name = contextName ?? config.currentContext;
  if (!name) throw new KubeconfigError('the kubeconfig has no current context: name one with --context');
  const context = named(config.contexts, 'context', name).value;
  const cluster = named(config.clusters, 'cluster', context.cluster ?? '');
  const { server } = cluster.value;
  if (!server) throw new KubeconfigError(`${cluster.file}: cluster "${context.cluster}" has no server`);
  const user = context.user ? named(config.users, 'user', context.user) : undefined;
  if (user) refuseUnsupported(user, context.user ?? '');
  const transport: HttpsTransportOptions = {
    server,
    ca: await pem(cluster, 'certificate-authority'),
    tlsServerName: cluster.value['tls-server-name'],
    insecureSkipTlsVerify: cluster.value['insecure-skip-tls-verify'],
    ...(user ? await credentials(user) : {}),
  };
  return { context: name, namespace: context.namespace || 'default', transport };
}

async function credentials(user: Sourced<KubeUser>): Promise<Partial<HttpsTransportOptions>> {
  const { token, tokenFile, username, password } = user.value;
  return {
    cert: await pem(user, 'client-certificate'),
    key: await pem(user, 'client-key'),
    token,
    tokenFile: tokenFile ? beside(user.file, tokenFile) : undefined,
    basicAuth: username ? { username, password: password ?? '' } : undefined,
  };
}

function named<T>(map: ReadonlyMap<string, Sourced<T>>, what: string, name: string): Sourced<T> {
  const found = map.get(name);
  if (found) return found;
  const known = [...map.keys()].sort().join(', ') || 'none';
  throw new KubeconfigError(`the kubeconfig has no ${what} "${name}" (it has: ${known})`);
}

function refuseUnsupported({ file, value }: Sourced<KubeUser>, name: string): void {
  const way = value.exec ? 'exec' : value['auth-provider'] ? 'auth-provider' : undefined;
  if (!way) return;
  const advice = 'use a context with a token or a client certificate';
  throw new KubeconfigError(
    `${file}: user "${name}" logs in with ${way}, which is not supported yet: ${advice}`,
  );
}

/** `FIELD-data` (base64) wins over `FIELD` (a path), as in kubectl. */
async function pem(
  { file, value }: Sourced<object>,
  field: 'certificate-authority' | 'client-certificate' | 'client-key',
): Promise<string | undefined> {
  const fields = value as Record<string, unknown>;
  const data = fields[`${field}-data`];
  if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const path = fields[field];
  if (typeof path !== 'string' || path === '') return undefined;
  try {
    return await readFile(beside(file, path), 'utf8');
  } catch (cause) {
    throw new KubeconfigError(`${file}: cannot read ${field} ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
}

function beside(file: string, path: string): string {
  return resolve(dirname(file), path);
}
