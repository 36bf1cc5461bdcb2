// The server that shows what the machine allows, beside the one that is measured: see bare-server-process.ts.

import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ClusterCertificates,
  childIssuer,
  ensureCertificates,
} from '../../src/apiserver/auth/certificate-authority.ts';
import { entryUrl } from '../../src/base/entry.ts';
import type { BareAnswer, BareServerConfig, BareServerInfo } from './bare-server-process.ts';
import { Child } from './child.ts';
import { Connection } from './connections.ts';
import type { Endpoint } from './endpoint.ts';

export interface BareServer {
  readonly child: Child<BareServerInfo>;
  readonly endpoint: Endpoint;
  /** From the start of its process until it answered. */
  readonly readyMs: number;
  /** What it answers to everything, from when this resolves on. */
  answer(answer: BareAnswer): Promise<void>;
  stop(): Promise<void>;
}

/** `dir` is made; its certificates are kept there. */
export async function startBareServer(dir: string): Promise<BareServer> {
  mkdirSync(dir, { recursive: true });
  const certificates = await certificatesIn(path.join(dir, 'pki'));
  const { certificate: cert, privateKey: key } = certificates.apiServer;
  const config: BareServerConfig = { cert, key, file: path.join(dir, 'written') };
  const entry = new URL('./bare-server-process.ts', import.meta.url);
  const child = await Child.start<BareServerInfo>({ name: 'bare-server', entry, config, logDir: dir });
  const endpoint = endpointOf(child.info.port, certificates.caCertificate);
  const connection = new Connection(endpoint);
  await connection.send({ method: 'GET', path: '/' });
  const readyMs = performance.now() - child.startedAt;
  await connection.close();
  const answer = async (next: BareAnswer) => {
    const heard = child.hear();
    await child.tell(next);
    await heard;
  };
  return { child, endpoint, readyMs, answer, stop: () => child.stop() };
}

function endpointOf(port: number, ca: string): Endpoint {
  return { origin: `https://127.0.0.1:${port}`, pathPrefix: '', headers: {}, connect: { ca } };
}

/** Of the same making as the API server's, so that TLS costs the same. */
function certificatesIn(dir: string): Promise<ClusterCertificates> {
  const issuer = fileURLToPath(entryUrl('apiserver/auth/certificate-issuer-process'));
  return ensureCertificates(dir, { now: Date.now(), issue: childIssuer(issuer) });
}
