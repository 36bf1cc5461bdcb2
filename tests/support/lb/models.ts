// Models for tests: what is not said is what a BackendPolicy's defaults say, only quicker.

import type { Backend, Frontend, LbModel, Server } from '../../../src/lb/model.ts';
import type { Origin } from './origin.ts';

export const backendName = 'default/web:http';
export const frontendName = 'web';

export function serverOf(origin: Pick<Origin, 'name' | 'port'>, more: Partial<Server> = {}): Server {
  return {
    ...{ id: `uid-${origin.name}`, name: origin.name, address: '127.0.0.1', port: origin.port },
    ...{ role: 'primary', weight: 1, state: 'ready', ...more },
  };
}

export function backendOf(servers: readonly Server[], more: Partial<Backend> = {}): Backend {
  return {
    ...{ name: backendName, mode: 'http', balance: 'roundrobin', servers },
    observe: { failures: 3, ejectForMs: 500, maxEjected: 0.5 },
    retries: { attempts: 2, redispatch: true },
    queue: { timeoutMs: 2_000, max: 1_000 },
    sorry: { retryAfterSeconds: 5, variants: [] },
    drainMs: 5_000,
    timeouts: { connectMs: 1_000, serverMs: 10_000, tunnelMs: 60_000 },
    ...more,
  };
}

export function frontendOf(port: number, more: Partial<Frontend> = {}): Frontend {
  return {
    ...{ name: frontendName, mode: 'http', binds: [{ address: '127.0.0.1', port }] },
    ...{ routes: [], defaultBackend: backendName, trustedProxies: [], proxyProtocolFrom: [] },
    limits: { headBytes: 16_384, headers: 100 },
    timeouts: { clientMs: 10_000, idleMs: 20_000 },
    ...more,
  };
}

export function modelOf(
  frontends: readonly Frontend[],
  backends: readonly Backend[],
  more: Partial<LbModel> = {},
): LbModel {
  return {
    ...{ frontends, backends, certificates: [] },
    secrets: {
      cookieKey: Buffer.alloc(32, 7).toString('base64'),
      ticketKeys: [Buffer.alloc(48, 9).toString('base64')],
    },
    ...more,
  };
}

/** Quick enough for a test, slow enough for a busy machine. */
export const quickCheck = {
  http: { path: '/healthz', expect: '200-399' },
  ...{ interMs: 100, timeoutMs: 1_000, rise: 2, fall: 2 },
} as const;
