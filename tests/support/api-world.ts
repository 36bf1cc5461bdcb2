// An API server's core on a store in memory, asked by plain calls: for tests of what the API answers, without sockets.

import type { AnyObject } from '../../src/api/object.ts';
import type { AdmissionPlugin } from '../../src/apiserver/admission/admission.ts';
import type { Gate } from '../../src/apiserver/api-server.ts';
import { controlPlaneUser, type User } from '../../src/apiserver/auth/user.ts';
import { type ApiCore, type ApiCoreOptions, createApiCore } from '../../src/apiserver/core.ts';
import type { ApiRequest, ApiResponse } from '../../src/apiserver/request.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { MemoryStore } from '../../src/store/memory/store.ts';
import type { Store } from '../../src/store/store.ts';

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever came
  body: any;
  warnings: string[];
}

export interface Ask {
  body?: unknown;
  contentType?: string;
  accept?: string;
  user?: User;
}

const allowAll: Gate = {
  authenticate: async () => controlPlaneUser,
  authorize: () => ({ allowed: true, reason: '' }),
};

export class ApiWorld {
  readonly store: Store;
  readonly core: ApiCore;

  constructor(options: Partial<ApiCoreOptions> & { plugins?: readonly AdmissionPlugin[] } = {}) {
    this.store = options.store ?? new MemoryStore();
    this.core = createApiCore({
      ...{ clock: systemClock, logger: silentLogger, random: Math.random, gate: allowAll },
      ...{ plugins: [], version: { gitVersion: 'v1.32.0' } },
      ...options,
      store: this.store,
    });
  }

  /** `target` is a path with a query, as in a URL. Bodies are values, or text that is sent as it is. */
  async ask(method: string, target: string, ask: Ask = {}): Promise<Answer> {
    const response = await this.raw(method, target, ask);
    if (response.kind !== 'payload') throw new Error(`${method} ${target} answered with a ${response.kind}`);
    return {
      status: response.status,
      body: response.payload.value(),
      warnings: [...(response.headers?.warning ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map((match) =>
        (match[1] as string).replace(/\\(.)/g, '$1'),
      ),
    };
  }

  /** The answer as the carrier gets it. */
  raw(method: string, target: string, ask: Ask = {}): Promise<ApiResponse> {
    return this.core.api.handle(requestOf(method, target, ask));
  }

  /** The object that came back; throws with the Status' text for any failure. */
  async must(method: string, target: string, body?: unknown, contentType?: string): Promise<AnyObject> {
    const answer = await this.ask(method, target, { body, contentType });
    if (answer.status >= 400) throw new Error(`${method} ${target}: ${answer.status} ${answer.body.message}`);
    return answer.body;
  }
}

function requestOf(method: string, target: string, { body, contentType, accept, user }: Ask): ApiRequest {
  const cut = target.indexOf('?');
  const headers: Record<string, string | undefined> = { 'content-type': contentType, accept };
  return {
    method,
    path: cut < 0 ? target : target.slice(0, cut),
    query: new URLSearchParams(cut < 0 ? '' : target.slice(cut + 1)),
    header: (name) => headers[name],
    headerValues: () => [],
    body: async () => {
      if (body === undefined) return { kind: 'none' };
      return { kind: 'text', text: typeof body === 'string' ? body : JSON.stringify(body) };
    },
    user,
    signal: new AbortController().signal,
  };
}
