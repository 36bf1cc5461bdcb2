// /healthz, /livez and /readyz: named checks, `?verbose` and `?exclude=`, as Kubernetes answers them.

import { type ApiResponse, textResponse } from './request.ts';

/** Resolves when fine; throws or rejects with the reason when not. */
export type Check = () => void | Promise<void>;

export class Health {
  readonly #checks: ReadonlyMap<string, Check>;
  readonly #readiness: ReadonlyMap<string, Check>;

  /** `readiness` holds in addition for /readyz: e.g. that start-up is finished. */
  constructor(checks: ReadonlyMap<string, Check>, readiness: ReadonlyMap<string, Check>) {
    this.#checks = checks;
    this.#readiness = readiness;
  }

  /** Answers `/healthz` and the like, or one check: `/readyz/store`. */
  async answer(path: string, query: URLSearchParams): Promise<ApiResponse | undefined> {
    const [, endpoint = '', only] = path.split('/');
    const checks = new Map([['ping', () => {}], ...this.#checks]);
    if (endpoint === 'readyz') for (const [name, check] of this.#readiness) checks.set(name, check);
    if (only !== undefined) {
      const check = checks.get(only);
      return check && this.#report(endpoint, new Map([[only, check]]), query);
    }
    for (const excluded of query.getAll('exclude')) checks.delete(excluded);
    return this.#report(endpoint, checks, query);
  }

  async #report(endpoint: string, checks: Map<string, Check>, query: URLSearchParams): Promise<ApiResponse> {
    const lines: string[] = [];
    let failed = false;
    for (const [name, check] of checks) {
      try {
        await check();
        lines.push(`[+]${name} ok`);
      } catch (error) {
        failed = true;
        lines.push(`[-]${name} failed: ${(error as Error).message}`);
      }
    }
    if (failed) return textResponse(500, `${lines.join('\n')}\n${endpoint} check failed\n`);
    if (query.has('verbose')) return textResponse(200, `${lines.join('\n')}\n${endpoint} check passed\n`);
    return textResponse(200, 'ok');
  }
}
