// A watch on its way to a client: JSON lines in a chunked answer. A client that does not read is cut off; it can come back
// with the revision it saw last, which costs less than keeping its events.

import type { ServerResponse } from 'node:http';
import type { WatchEventType } from '../../api/object.ts';
import type { ApiResponse, Payload, WatchSink } from '../request.ts';
import { headOf } from './answer.ts';
import type { WatchLines } from './watch-lines.ts';

type WatchResponse = Extract<ApiResponse, { kind: 'watch' }>;

export interface WatchStreamOptions {
  lines: WatchLines;
  /** Unread bytes at which the client is cut off, beyond what it is sent when the watch begins. */
  backlogBytes: number;
  onCutOff(backlogBytes: number): void;
}

export class WatchStream implements WatchSink {
  readonly #response: ServerResponse;
  readonly #options: WatchStreamOptions;
  /** While the watch begins, everything it asked for is taken: a long list cannot be read before it is sent. */
  #allowedBytes = Number.POSITIVE_INFINITY;
  #ended = false;
  #stop: () => void = () => {};

  constructor(response: ServerResponse, options: WatchStreamOptions) {
    this.#response = response;
    this.#options = options;
  }

  /** Sends the head and what there is to send; the watch is stopped when the client goes away. */
  start(answer: WatchResponse): void {
    const response = this.#response;
    // Its close event is over: nothing would ever stop this watch.
    if (response.destroyed) return;
    response.writeHead(200, headOf(answer.contentType ?? 'application/json', answer.headers));
    if (response.req.method === 'HEAD') {
      this.end();
      return;
    }
    response.once('close', () => this.#finish());
    this.#stop = answer.start(this);
    this.#allowedBytes = response.writableLength + this.#options.backlogBytes;
    if (this.#ended) this.#stop();
    else response.flushHeaders();
  }

  /** Node corks a socket until the turn is over: the events of one turn leave in one write. */
  event(type: WatchEventType, payload: Payload): void {
    if (this.#ended) return;
    const response = this.#response;
    response.write(this.#options.lines.of(type, payload));
    const backlog = response.writableLength;
    if (backlog <= this.#allowedBytes) return;
    this.#options.onCutOff(backlog);
    this.#finish();
    response.destroy();
  }

  end(): void {
    this.#finish();
    this.#response.end();
  }

  #finish(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stop();
  }
}
