// The operations that are measured, on ConfigMaps with 256 bytes in them: small enough that the server's own work is what shows.

import type { Request } from './connections.ts';
import type { Order } from './load.ts';

export interface Operation extends Order {
  readonly name: string;
}

const payload = 'x'.repeat(256);

export class ConfigMaps {
  readonly #collection: string;

  constructor(namespace: string) {
    this.#collection = `/api/v1/namespaces/${namespace}/configmaps`;
  }

  /** The life of `count` objects, and one more for whoever asks for it, from their creation to their end, operation by operation. */
  life(prefix: string, count: number): Operation[] {
    const pathOf = (i: number) => `${this.#collection}/${prefix}-${i}`;
    const order = (name: string, status: number, request: (i: number) => Request): Operation => {
      return { name, count, status, request };
    };
    const patch =
      (type: string) =>
      (i: number): Request => {
        const body = JSON.stringify({ data: { patched: `${type} ${i}` } });
        return { method: 'PATCH', path: pathOf(i), body, contentType: `application/${type}-patch+json` };
      };
    return [
      order('create', 201, (i) => this.create(`${prefix}-${i}`)),
      // Not in the order of their creation.
      order('get', 200, (i) => ({ method: 'GET', path: pathOf((i * 7919) % count) })),
      order('put', 200, (i) => ({ method: 'PUT', path: pathOf(i), body: bodyOf(`${prefix}-${i}`, 'put') })),
      order('merge patch', 200, patch('merge')),
      order('strategic patch', 200, patch('strategic-merge')),
      order('delete', 200, (i) => ({ method: 'DELETE', path: pathOf(i) })),
    ];
  }

  /** Of objects that were created with `shard`, a tenth of them each from 0 to 9. */
  lists(connections: number): Operation[] {
    const order = (name: string, count: number, query: string): Operation => {
      return { name, count, status: 200, request: () => ({ method: 'GET', path: this.#collection + query }) };
    };
    const everyOne = Math.max(20, connections);
    return [
      order('list of 5,000', everyOne, ''),
      order('list, limit=100', 10 * everyOne, '?limit=100'),
      order('list, a tenth by label', 2 * everyOne, '?labelSelector=shard%3D3'),
    ];
  }

  create(name: string, shard = 0): Request {
    return { method: 'POST', path: this.#collection, body: bodyOf(name, 'created', shard) };
  }
}

function bodyOf(name: string, word: string, shard = 0): string {
  const metadata = { name, labels: { app: 'bench', shard: String(shard) } };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { payload, word } });
}
