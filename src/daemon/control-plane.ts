// The control plane of the embedded cluster in one process: store, API server, controllers and scheduler. It names the concrete drivers.

import path from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };
import { apiServiceIp } from '../apiserver/admission/number-range.ts';
import {
  type ClientOrder,
  type ClusterCertificates,
  childIssuer,
  ensureCertificates,
} from '../apiserver/auth/certificate-authority.ts';
import type { KeyPair } from '../apiserver/auth/certificate-issuer.ts';
import { controlPlaneUser } from '../apiserver/auth/user.ts';
import type { ListenAddress } from '../apiserver/http/listener.ts';
import { startApiServer } from '../apiserver/start.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { entryUrl } from '../base/entry.ts';
import type { Logger } from '../base/logger.ts';
import { Client } from '../client/client.ts';
import type { AllControllersOptions } from '../controllers/all.ts';
import { saveSnapshot } from '../store/sqlite/snapshot.ts';
import { SqliteStore } from '../store/sqlite/store.ts';
import { ControlLoops } from './control-loops.ts';
import { createInProcessTransport } from './in-process-transport.ts';
import { kubeletClientFile, kubeletClientOrder } from './kubelet-client.ts';

export interface ControlPlaneOptions {
  /** The store's files and the certificates; made when missing. One control plane at a time. */
  dataDir: string;
  /** Where pods find the API. */
  listen: ListenAddress;
  /** Where others find it, too. */
  alsoListen?: readonly ListenAddress[];
  /** Service addresses come from this range of IPv4 addresses (CIDR). Default 10.96.0.0/16. */
  serviceCidr?: string;
  /** Client certificates to make and keep, by file name: those of the nodes. */
  clients?: Readonly<Record<string, ClientOrder>>;
  controllers?: Omit<AllControllersOptions, 'rootCa'>;
  logger: Logger;
  clock?: Clock;
  /** 0 or more and below 1. */
  random?: () => number;
}

export interface ControlPlane {
  readonly port: number;
  readonly certificates: ClusterCertificates;
  /** Saves everything acknowledged so far; see saveSnapshot(). */
  saveSnapshot(file: string): Promise<void>;
  /** Ends watches, finishes what is in flight, closes the store. Idempotent. */
  close(): Promise<void>;
}

const defaultServiceCidr = '10.96.0.0/16';

/**
 * Resolves when the API answers and the control loops have begun.
 * Rejects with StoreFileError (in use, damaged, of a newer version), CertificateError, or the listener's error.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { dataDir, listen, logger, clock = systemClock, random = Math.random } = options;
  const serviceCidr = options.serviceCidr ?? defaultServiceCidr;
  const store = await SqliteStore.open(path.join(dataDir, 'store'), {
    clock,
    onListenerError: (error) => logger.error('a listener of the store failed', { error }),
  });
  const addresses = [listen.host, apiServiceIp(serviceCidr)];
  const certificates = await certificatesIn(path.join(dataDir, 'pki'), addresses, options, clock);
  const server = await startApiServer({
    ...{ store, clock, logger, random, listen, alsoListen: options.alsoListen },
    ...{ serviceNetwork: serviceCidr, version: manifest.version },
    caCertificate: certificates.caCertificate,
    serving: certificates.apiServer,
    kubeletClient: certificates.clients[kubeletClientFile] as KeyPair,
    serviceAccountKey: certificates.serviceAccountKey,
  });
  const transport = createInProcessTransport(server.api, controlPlaneUser);
  const loops = new ControlLoops({
    ...{ client: new Client(transport, { userAgent: 'kube-controller-manager' }), clock, logger, random },
    controllers: { ...options.controllers, rootCa: { caCertificate: certificates.caCertificate } },
  });
  loops.start();
  let closing: Promise<void> | undefined;
  return {
    port: server.port,
    certificates,
    saveSnapshot: (file) => saveSnapshot(store, file),
    close: () => (closing ??= close()),
  };

  async function close(): Promise<void> {
    await loops.close();
    await transport.close();
    await server.close();
    await store.close();
  }
}

function certificatesIn(
  dir: string,
  addresses: readonly string[],
  options: ControlPlaneOptions,
  clock: Clock,
): Promise<ClusterCertificates> {
  const issuer = fileURLToPath(entryUrl('apiserver/auth/certificate-issuer-process'));
  return ensureCertificates(dir, {
    addresses,
    clients: { ...options.clients, [kubeletClientFile]: kubeletClientOrder },
    now: clock.now(),
    issue: childIssuer(issuer),
  });
}
