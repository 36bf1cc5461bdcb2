// A server to be measured, as a kubeconfig names it: where it is, whom to trust, who one is.

import { readFile } from 'node:fs/promises';
import type { Client } from 'undici';
import type { HttpsTransportOptions } from '../../src/client/https-transport.ts';
import { parseKubeconfig } from '../../src/client/kubeconfig.ts';
import { connectionOf } from '../../src/client/kubeconfig-connection.ts';

export interface Endpoint {
  /** `https://127.0.0.1:6443`. */
  readonly origin: string;
  /** Before every path; usually ''. */
  readonly pathPrefix: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly connect: Client.Options['connect'];
}

/** Of the current context. Rejects with a KubeconfigError. */
export async function endpointOfFile(file: string): Promise<Endpoint> {
  return endpointOfKubeconfig(await readFile(file, 'utf8'), file);
}

/** `file` is named in errors. Rejects with a KubeconfigError. */
export async function endpointOfKubeconfig(text: string, file: string): Promise<Endpoint> {
  const { transport } = await connectionOf(await parseKubeconfig(text, file));
  const { origin, pathname } = new URL(transport.server);
  return {
    origin,
    pathPrefix: pathname.replace(/\/+$/, ''),
    headers: await credentialsOf(transport),
    connect: {
      ca: transport.ca,
      cert: transport.cert,
      key: transport.key,
      servername: transport.tlsServerName,
      rejectUnauthorized: !transport.insecureSkipTlsVerify,
    },
  };
}

async function credentialsOf(transport: HttpsTransportOptions): Promise<Record<string, string>> {
  const { tokenFile, basicAuth } = transport;
  const token = tokenFile ? (await readFile(tokenFile, 'utf8')).trim() : transport.token;
  if (token) return { authorization: `Bearer ${token}` };
  if (!basicAuth) return {};
  const pair = `${basicAuth.username}:${basicAuth.password}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}
