// Starts the whole API server on a store: who may ask, what is admitted, which kinds there are, what must be there before anybody asks,
// and the listener.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Store } from '../store/store.ts';
import { apiServiceIp } from './admission/number-range.ts';
import { admissionPlugins } from './admission/plugins.ts';
import type { ApiServer } from './api-server.ts';
import { Authenticator } from './auth/authenticator.ts';
import { unionAuthorizer } from './auth/authorizer.ts';
import type { KeyPair } from './auth/certificate-issuer.ts';
import { TokenKey } from './auth/json-web-token.ts';
import { NodeAuthorizer } from './auth/node-authorizer.ts';
import { jsonWebKeySet, openIdConfiguration } from './auth/oidc-discovery.ts';
import { RbacAuthorizer } from './auth/rbac.ts';
import { ServiceAccountTokens } from './auth/service-account-tokens.ts';
import { type StaticToken, StaticTokens } from './auth/static-tokens.ts';
import { installBootstrapObjects } from './bootstrap/bootstrap.ts';
import { createRoleAggregation } from './bootstrap/role-aggregation.ts';
import { moveServices } from './bootstrap/service-network.ts';
import { createSystemObjects } from './bootstrap/system-objects.ts';
import { type ApiCore, createApiCore } from './core.ts';
import { CustomResources } from './custom/custom-resources.ts';
import { installDefinitions } from './custom/install.ts';
import { createGate } from './gate.ts';
import { HttpServer } from './http/http-server.ts';
import type { ListenAddress, TlsIdentity } from './http/listener.ts';
import { KubeletMetrics } from './subresource/kubelet-metrics.ts';
import type { MetricsSource } from './subresource/metrics-source.ts';
import { resourceRoutes } from './subresource/routes.ts';
import { versionDocument } from './version.ts';

export interface ApiServerOptions {
  /** Stays the caller's. */
  store: Store;
  /** Where pods find it. */
  listen: ListenAddress;
  /** Where others find it, too. */
  alsoListen?: readonly ListenAddress[];
  /** PEM. */
  caCertificate: string;
  serving: KeyPair;
  /** Shown to kubelets. */
  kubeletClient: KeyPair;
  /** PKCS #8, PEM. */
  serviceAccountKey: string;
  staticTokens?: readonly StaticToken[];
  /** IPv4 CIDR. */
  serviceNetwork: string;
  /** First and last, both inclusive. Default 30000 to 32767. */
  nodePorts?: readonly [first: number, last: number];
  /** Relevo's version. */
  version: string;
  clock: Clock;
  logger: Logger;
  /** 0 or more and below 1. */
  random: () => number;
}

export interface RunningApiServer {
  readonly api: ApiServer;
  readonly port: number;
  /** Ends watches and waits for requests in flight. Idempotent. */
  close(): Promise<void>;
}

/** Resolves when the API answers and everything that a cluster begins with is durable. Rejects with a ListenError, or the store's errors. */
export async function startApiServer(options: ApiServerOptions): Promise<RunningApiServer> {
  const { store, clock, logger, listen, caCertificate: ca } = options;
  await moveServices(store, options.serviceNetwork, options.random);
  const kubeletTls = identityOf(options.kubeletClient, ca);
  const metrics = new KubeletMetrics({ store, clock, tls: kubeletTls });
  const core = coreOf(options, metrics);
  const custom = new CustomResources({ store, scheme: core.scheme, clock, logger });
  custom.start();
  const tls = identityOf(options.serving, ca);
  const http = new HttpServer({ api: core.api, tls, kubeletTls, logger });
  const { host, port } = await http.listen(listen);
  for (const address of options.alsoListen ?? []) await http.listen(address);
  const address = { serviceIp: apiServiceIp(options.serviceNetwork), host, port };
  await Promise.all([installBootstrapObjects(store, clock, address), installDefinitions(store, clock)]);
  const loops = [createRoleAggregation(options), createSystemObjects(options, address)];
  for (const loop of loops) loop.start();
  const close = async () => {
    await http.close();
    await Promise.all([...loops, custom, metrics].map((part) => part.close()));
    core.close();
  };
  let closing: Promise<void> | undefined;
  return {
    api: core.api,
    port,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

function identityOf({ certificate, privateKey }: KeyPair, ca: string): TlsIdentity {
  return { certificate, key: privateKey, ca };
}

function coreOf(options: ApiServerOptions, metrics: MetricsSource): ApiCore {
  const { store, clock, logger, random, caCertificate, serviceNetwork, nodePorts } = options;
  const tokenKey = new TokenKey(options.serviceAccountKey);
  const authorizer = unionAuthorizer([new NodeAuthorizer(store), new RbacAuthorizer(store)]);
  const authenticator = new Authenticator({
    staticTokens: new StaticTokens(options.staticTokens ?? []),
    serviceAccountTokens: new ServiceAccountTokens(store, clock, tokenKey),
  });
  const admission = { store, authorizer, tokenKey, caCertificate, serviceNetwork, nodePorts, random };
  return createApiCore({
    ...{ store, clock, logger, random },
    gate: createGate({ authenticator, authorizer }),
    plugins: admissionPlugins(admission),
    routes: (parts) => resourceRoutes({ ...parts, authenticator, authorizer, tokenKey, metrics }),
    version: versionDocument(options.version),
    documents: identityDocuments(options, tokenKey),
  });
}

function identityDocuments({ listen }: ApiServerOptions, key: TokenKey): ReadonlyMap<string, () => object> {
  return new Map<string, () => object>([
    ['/.well-known/openid-configuration', () => openIdConfiguration(`https://${listen.host}:${listen.port}`)],
    ['/openid/v1/jwks', () => jsonWebKeySet(key)],
  ]);
}
