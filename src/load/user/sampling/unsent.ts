// A request that could not be put together, because a file that it sends cannot be read: a failed sample, not the end of the run.

import type { HttpAnswer, ResolvedRequest } from '../../http/http-exchange.ts';

/** What the file system says (ENOENT, EACCES, …); anything else is a fault of the run. */
export function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

/** In place of what was not sent. */
export const nothing: ResolvedRequest = {
  ...{ method: '', secure: false, host: '', port: 0, target: '', headers: [], redirects: 'no' },
  ...{ keepAlive: true, connectMs: 0, responseMs: 0, authorizations: [] },
};

export function unsent(message: string, now: number): HttpAnswer {
  return {
    ...{ url: '', status: 0, message, failure: { name: 'java.io.IOException', message }, head: '' },
    ...{ contentType: '', requestHead: () => '', startedAt: now, connectMs: 0, latencyMs: 0, elapsedMs: 0 },
    ...{ headBytes: 0, bodyBytes: 0, sentBytes: 0, isRepeated: false, loadId: '', requests: 0 },
    ...{ isCached: false, redirectedFrom: [] },
  };
}
