// An API server's core with every route of its own, on a store in memory.

import { generateKeyPairSync } from 'node:crypto';
import { Authenticator } from '../../src/apiserver/auth/authenticator.ts';
import { unionAuthorizer } from '../../src/apiserver/auth/authorizer.ts';
import { TokenKey } from '../../src/apiserver/auth/json-web-token.ts';
import { RbacAuthorizer } from '../../src/apiserver/auth/rbac.ts';
import { ServiceAccountTokens } from '../../src/apiserver/auth/service-account-tokens.ts';
import { StaticTokens } from '../../src/apiserver/auth/static-tokens.ts';
import type { ApiCoreOptions } from '../../src/apiserver/core.ts';
import type { NodeUsage } from '../../src/apiserver/subresource/metrics-source.ts';
import { resourceRoutes } from '../../src/apiserver/subresource/routes.ts';
import { MemoryStore } from '../../src/store/memory/store.ts';
import { ApiWorld } from './api-world.ts';
import { FakeClock } from './fake-clock.ts';

export interface RouteWorldOptions extends Partial<ApiCoreOptions> {
  usage?: () => readonly NodeUsage[];
}

export interface RouteWorld {
  world: ApiWorld;
  clock: FakeClock;
  tokenKey: TokenKey;
}

export function routeWorld({ usage = () => [], ...options }: RouteWorldOptions = {}): RouteWorld {
  const store = options.store ?? new MemoryStore();
  const clock = new FakeClock();
  const tokenKey = new TokenKey(newKey());
  const parts = {
    tokenKey,
    authorizer: unionAuthorizer([new RbacAuthorizer(store)]),
    authenticator: new Authenticator({
      staticTokens: new StaticTokens([]),
      serviceAccountTokens: new ServiceAccountTokens(store, clock, tokenKey),
    }),
    metrics: { nodeUsage: async () => usage() },
  };
  const routes: ApiCoreOptions['routes'] = (core) => resourceRoutes({ ...core, ...parts });
  return { world: new ApiWorld({ clock, routes, ...options, store }), clock, tokenKey };
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
