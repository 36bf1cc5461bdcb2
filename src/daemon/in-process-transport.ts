// The API by plain calls, for what runs in the API server's own process. Nothing is serialised: bodies are copied once, answers and events
// are the stored objects themselves, shared and immutable. Events come in a turn of their own, so that no commit runs a controller.

import type { WatchEvent, WatchEventType } from '../api/object.ts';
import type { ApiServer } from '../apiserver/api-server.ts';
import type { User } from '../apiserver/auth/user.ts';
import type { ApiRequest, ApiResponse, Payload, RequestBody, WatchSink } from '../apiserver/request.ts';
import { jsonClone } from '../base/json-clone.ts';
import { statusErrorOf } from '../client/response-error.ts';
import type { Transport, TransportRequest, TransportResponse, WatchStream } from '../client/transport.ts';

/** Every request comes from `user`; no credentials are examined. What a kubelet must answer (logs, exec) is not reachable this way. */
export function createInProcessTransport(api: Pick<ApiServer, 'handle'>, user: User): Transport {
  return new InProcessTransport(api, user);
}

const never = new AbortController().signal;

class InProcessTransport implements Transport {
  readonly #api: Pick<ApiServer, 'handle'>;
  readonly #user: User;
  readonly #open = new Set<InProcessWatch>();
  #closed = false;

  constructor(api: Pick<ApiServer, 'handle'>, user: User) {
    this.#api = api;
    this.#user = user;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const answer = await this.#handle(request);
    if (answer.kind === 'payload') return received(answer);
    throw new Error(`${request.method} ${request.path} is answered with a stream, not with a value`);
  }

  async watch(request: TransportRequest, onEvent: (event: WatchEvent) => void): Promise<WatchStream> {
    const answer = await this.#handle(request);
    if (answer.kind === 'payload') throw statusErrorOf(received(answer));
    if (answer.kind === 'proxy') throw new Error(`${request.path} cannot be watched`);
    if (this.#closed) throw new Error('the transport is closed');
    const watch: InProcessWatch = new InProcessWatch(onEvent, () => this.#open.delete(watch));
    this.#open.add(watch);
    watch.start(answer, request.signal);
    return watch;
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const watch of this.#open) watch.close();
  }

  async #handle(request: TransportRequest): Promise<ApiResponse> {
    if (this.#closed) throw new Error('the transport is closed');
    request.signal?.throwIfAborted();
    return unlessAborted(this.#api.handle(this.#asApiRequest(request)), request.signal);
  }

  #asApiRequest(request: TransportRequest): ApiRequest {
    const headers = headersOf(request);
    // Copied now: the caller may go on changing it while the request is authorized.
    const body = bodyOf(request.body);
    return {
      method: request.method,
      path: request.path,
      query: queryOf(request.query),
      header: (name) => headers[name],
      headerValues: (prefix) => Object.entries(headers).filter(([name]) => name.startsWith(prefix)),
      body: async () => body,
      user: this.#user,
      signal: request.signal ?? never,
    };
  }
}

function headersOf({ headers, body, contentType }: TransportRequest): Record<string, string> {
  const own: Record<string, string> = { accept: 'application/json' };
  for (const [name, value] of Object.entries(headers ?? {})) own[name.toLowerCase()] = value;
  if (body !== undefined) own['content-type'] = contentType ?? 'application/json';
  return own;
}

function bodyOf(body: unknown): RequestBody {
  if (body === undefined) return { kind: 'none' };
  return typeof body === 'string' ? { kind: 'text', text: body } : { kind: 'value', value: jsonClone(body) };
}

function queryOf(query: TransportRequest['query']): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.append(name, value);
  }
  return parameters;
}

function received(answer: Extract<ApiResponse, { kind: 'payload' }>): TransportResponse {
  const headers = { 'content-type': answer.contentType ?? 'application/json', ...answer.headers };
  return { status: answer.status, headers, body: answer.payload.value() };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

class InProcessWatch implements WatchStream, WatchSink {
  readonly done: Promise<void>;
  readonly #onEvent: (event: WatchEvent) => void;
  readonly #forget: () => void;
  readonly #finish: PromiseWithResolvers<void>;
  #queue: WatchEvent[] = [];
  #scheduled = false;
  #state: 'open' | 'ending' | 'over' = 'open';
  #stop: () => void = () => {};

  constructor(onEvent: (event: WatchEvent) => void, forget: () => void) {
    this.#onEvent = onEvent;
    this.#forget = forget;
    this.#finish = Promise.withResolvers();
    this.done = this.#finish.promise;
    // As with a stream from the network, nobody may be looking at its end.
    this.done.catch(() => {});
  }

  start(answer: Extract<ApiResponse, { kind: 'watch' }>, signal: AbortSignal | undefined): void {
    const abort = () => this.close();
    signal?.addEventListener('abort', abort, { once: true });
    this.done.finally(() => signal?.removeEventListener('abort', abort)).catch(() => {});
    this.#stop = answer.start(this);
  }

  event(type: WatchEventType, payload: Payload): void {
    if (this.#state !== 'open') return;
    this.#queue.push({ type, object: payload.value() as WatchEvent['object'] });
    this.#deliverSoon();
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#deliverSoon();
  }

  close(): void {
    this.#over();
    this.#finish.resolve();
  }

  /** In a turn of its own: events come from within a commit, which must not wait for whoever hears of it. */
  #deliverSoon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#deliver();
    });
  }

  #deliver(): void {
    const batch = this.#queue;
    this.#queue = [];
    try {
      for (const event of batch) {
        if (this.#state === 'over') return;
        this.#onEvent(event);
      }
    } catch (error) {
      this.#over();
      this.#finish.reject(error);
      return;
    }
    if (this.#state === 'ending' && this.#queue.length === 0) this.close();
  }

  #over(): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#queue = [];
    this.#stop();
    this.#forget();
  }
}
