// A request that could not be put together, because a file that it sends cannot be read: a failed sample, not the end of the run.

import { type Answer, unsent as unsentAnswer } from '../../http/answer.ts';
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

export function unsent(message: string, now: number): Answer {
  return unsentAnswer('', '', now, { name: 'java.io.IOException', message });
}

/** Nothing went out for it, and nothing was to: what the end of the run cut off was meant to be sent. */
export function isUnsent({ requests, redirectedFrom, failure }: HttpAnswer): boolean {
  return requests === 0 && redirectedFrom.length === 0 && failure?.isCut !== true;
}
