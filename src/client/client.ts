// The client of the API: one transport, one user agent, and per resource the verbs of ResourceClient. It adds no retries and no
// cache: a controller's loop knows when to try again, informers remember.

import type { KubeObject, WatchEvent } from '../api/object.ts';
import type { Resource } from './resource.ts';
import { type ApiCaller, ResourceClient } from './resource-client.ts';
import { statusErrorOf } from './response-error.ts';
import type { Transport, TransportRequest, TransportResponse, WatchStream } from './transport.ts';

export interface ClientOptions {
  /** Sent with every request; its part before the first `/` is the field manager of writes. Default `relevo`. */
  userAgent?: string;
}

export class Client implements ApiCaller {
  readonly userAgent: string;
  readonly #transport: Transport;

  /** The transport stays the caller's: whoever made it closes it. */
  constructor(transport: Transport, options: ClientOptions = {}) {
    this.#transport = transport;
    this.userAgent = options.userAgent ?? 'relevo';
  }

  /** A client over the same transport that calls itself otherwise. */
  as(userAgent: string): Client {
    return new Client(this.#transport, { userAgent });
  }

  /** The name under which this client's fields are managed. */
  get fieldManager(): string {
    return this.userAgent.split('/', 1)[0] || this.userAgent;
  }

  /** `namespace` undefined: all namespaces for list and watch; other verbs then take the object's own. */
  resource<T extends KubeObject>(resource: Resource<T>, namespace?: string): ResourceClient<T> {
    return new ResourceClient(this, resource, namespace);
  }

  /** Any path of the API. Rejects with the StatusError of an answer of 400 or above. */
  async request(request: TransportRequest): Promise<TransportResponse> {
    const response = await this.#transport.request(this.#signed(request));
    if (response.status >= 400) throw statusErrorOf(response);
    return response;
  }

  /** Rejects with the StatusError the server refused the watch with. */
  watch(request: TransportRequest, onEvent: (event: WatchEvent) => void): Promise<WatchStream> {
    return this.#transport.watch(this.#signed(request), onEvent);
  }

  #signed(request: TransportRequest): TransportRequest {
    return { ...request, headers: { 'user-agent': this.userAgent, ...request.headers } };
  }
}
