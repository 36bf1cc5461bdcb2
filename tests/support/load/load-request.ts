// A request as users hand it to the client, with what a test does not care about.

import type { ResolvedRequest } from '../../../src/load/http/http-exchange.ts';

export function loadRequest(port: number, changes: Partial<ResolvedRequest> = {}): ResolvedRequest {
  return {
    method: 'GET',
    secure: false,
    host: '127.0.0.1',
    port,
    target: '/',
    headers: [],
    redirects: 'sub-samples',
    keepAlive: true,
    connectMs: 0,
    responseMs: 0,
    authorizations: [],
    ...changes,
  };
}
