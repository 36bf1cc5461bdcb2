// Serves /openapi/v3. The documents are built when first asked for and again after the served kinds changed.

import type { ApiRequest, ApiResponse } from './request.ts';
import { jsonResponse } from './request.ts';
import type { Scheme } from './scheme.ts';

interface Documents {
  generation: number;
  index: object;
  byPath: ReadonlyMap<string, object>;
}

export class OpenApi {
  readonly #scheme: Scheme;
  #documents: Documents | undefined;

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
  }

  async answer(path: string, request: ApiRequest): Promise<ApiResponse | undefined> {
    const { index, byPath } = await this.#current();
    if (path === '/openapi/v3') return jsonResponse(200, index);
    const document = byPath.get(path.slice('/openapi/v3/'.length));
    if (!document) return undefined;
    // A document that is asked for by its hash never changes (RFC 8246).
    const headers: Record<string, string> = request.query.has('hash')
      ? { 'cache-control': 'public, immutable', expires: 'Thu, 31 Dec 2099 23:59:59 GMT' }
      : {};
    return jsonResponse(200, document, headers);
  }

  async #current(): Promise<Documents> {
    if (this.#documents?.generation !== this.#scheme.generation) {
      const { buildOpenApi } = await import('../api/schema/openapi-v3.ts');
      const generation = this.#scheme.generation;
      this.#documents = { generation, ...(await buildOpenApi(this.#scheme.all())) };
    }
    return this.#documents;
  }
}
