// One connection of a client: its requests one after the other, each answered before the next is begun. What becomes of a request is the
// exchange's; what is read too early is held here, and the socket paused.

import type { Socket } from 'node:net';
import { reset } from '../reset.ts';
import { findHeadEnd, judgeUnfinishedHead } from '../wire/head-end.ts';
import { isMalformed, type Malformed, type RequestHead } from '../wire/heads.ts';
import { Peer } from '../wire/peer.ts';
import { readRequestHead } from '../wire/read-request.ts';
import type { AcceptedOn } from '../worker-tools.ts';
import type { Client } from './client.ts';
import type { Timed } from './deadlines.ts';
import { Exchange } from './exchange.ts';
import type { FrontendContext } from './frontend-context.ts';
import { keepPiece } from './kept-piece.ts';
import { ownAnswer, serialize } from './local-answer.ts';
import { RequestRecord } from './request-record.ts';

/** How long a client may take to notice that it was answered for the last time (RFC 9112 section 9.6). */
const lingerMs = 2_000;
/** For a request that is on its way while we drain: it gets its answer, with the word that it was the last. */
const lastRequestMs = 1_000;

export class ClientConnection implements Client, Timed {
  readonly peer: Peer;
  readonly peerPort: number;
  readonly tls: boolean;
  since = 0;
  deadline: number;
  readonly #context: FrontendContext;
  readonly #socket: Socket;
  readonly #closed: (connection: ClientConnection) => void;
  #exchange: Exchange | undefined;
  /** Bytes that are not used yet: the beginning of a head, or what came behind the request that is being answered. */
  #held: Buffer | undefined;
  /** How much of what is held was searched for the end of a head. */
  #searched = 0;
  #isReading = false;
  #isLast = false;

  constructor(
    context: FrontendContext,
    socket: Socket,
    on: AcceptedOn,
    closed: (connection: ClientConnection) => void,
  ) {
    const { proxied, bind, tls } = on;
    const address = socket.remoteAddress ?? '';
    this.#context = context;
    this.#socket = socket;
    this.#closed = closed;
    this.tls = tls;
    this.peerPort = proxied?.sourcePort ?? socket.remotePort ?? 0;
    this.peer = new Peer({
      address: proxied?.sourceAddress ?? address,
      scheme: tls ? 'https' : 'http',
      port: proxied?.destinationPort ?? bind.port,
      trusted: context.trusted.has(address),
    });
    this.deadline = performance.now() + context.frontend.timeouts.idleMs;
    socket.on('data', this.#onData);
    socket.on('drain', this.#onDrain);
    socket.on('end', this.#onEnd);
    socket.on('timeout', this.#onTimeout);
    socket.on('error', ignore);
    socket.on('close', this.#onClose);
    context.deadlines.add(this);
    socket.resume();
  }

  /** Its next answer is its last; without a request it closes in a moment. */
  drain(): void {
    if (this.#exchange !== undefined || this.#isLast) return;
    this.deadline = Math.min(this.deadline, performance.now() + lastRequestMs);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  // ------------------------------------------------------------------------------------------------------------ for the exchange

  write(data: string | Buffer): boolean {
    if (typeof data === 'string') return this.#watched(this.#socket.write(data, 'latin1'));
    const takesMore = this.#socket.write(data);
    if (this.#socket.writableLength > 0) keepPiece();
    return this.#watched(takesMore);
  }

  /** A client that takes no more is watched until it does. */
  #watched(takesMore: boolean): boolean {
    if (!takesMore) this.#socket.setTimeout(this.#context.frontend.timeouts.clientMs);
    return takesMore;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  done(goOn: boolean): void {
    this.#exchange = undefined;
    if (!goOn || this.#isLast) {
      this.#finish();
      return;
    }
    this.deadline = performance.now() + this.#idleMs;
    // The loop that began the request goes on by itself.
    if (!this.#isReading) this.#readOn();
  }

  cut(): void {
    this.#exchange = undefined;
    this.#isLast = true;
    reset(this.#socket);
  }

  becomeTunnel(): { socket: Socket; rest: Buffer | undefined } {
    const socket = this.#socket;
    this.#exchange = undefined;
    this.#context.deadlines.delete(this);
    socket.setTimeout(0);
    socket.off('data', this.#onData).off('drain', this.#onDrain);
    socket.off('end', this.#onEnd).off('timeout', this.#onTimeout);
    const rest = this.#held;
    this.#held = undefined;
    return { socket, rest };
  }

  // ------------------------------------------------------------------------------------------------------------- from the socket

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isLast && this.#exchange === undefined) return;
    const exchange = this.#exchange;
    if (exchange === undefined) this.#read(chunk);
    else if (exchange.body.complete) this.#hold(chunk);
    else this.#feed(exchange, chunk);
  };

  readonly #onDrain = (): void => {
    this.#socket.setTimeout(0);
    if (this.#exchange !== undefined) this.#exchange.clientDrained();
    else if (!this.#isLast) this.#readOn();
  };

  /** It did not take a byte of its answer for too long. */
  readonly #onTimeout = (): void => {
    this.#exchange?.clientGone('c');
    this.cut();
  };

  /**
   * The client sends nothing more. Most who do that are gone, and a server should not work for nobody (HAProxy: option abortonclose); one that
   * is being answered may just be done.
   */
  readonly #onEnd = (): void => {
    this.#isLast = true;
    const exchange = this.#exchange;
    if (exchange === undefined) this.#finish();
    else if (exchange.record.status === 0 || !exchange.body.complete) {
      exchange.clientGone('C');
      this.cut();
    }
  };

  readonly #onClose = (): void => {
    this.#isLast = true;
    this.#context.deadlines.delete(this);
    this.#exchange?.clientGone('C');
    this.#exchange = undefined;
    this.#closed(this);
  };

  /** For the deadlines. */
  expired(): void {
    if (this.#exchange !== undefined) this.#exchange.expired();
    else if (this.#isLast) this.#socket.destroy();
    else if (this.#socket.writableLength > 0) this.deadline = performance.now() + this.#idleMs;
    else if (this.#held === undefined) this.#socket.destroy();
    else this.#refuse({ status: 408, reason: 'the request did not come whole' }, 'cR--');
  }

  // ------------------------------------------------------------------------------------------------------------------- requests

  get #idleMs(): number {
    return this.#context.draining ? lastRequestMs : this.#context.frontend.timeouts.idleMs;
  }

  #feed(exchange: Exchange, chunk: Buffer): void {
    const end = exchange.bodyCame(chunk);
    if (end < chunk.length && !this.#isLast) this.#hold(chunk.subarray(end));
  }

  /** A client that sends its next requests early waits until they are due. */
  #hold(chunk: Buffer): void {
    if (this.#exchange === undefined) {
      this.#read(chunk);
      return;
    }
    this.#held = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#searched = 0;
    this.#socket.pause();
  }

  #readOn(): void {
    const next = this.#held;
    this.#held = undefined;
    this.#socket.resume();
    if (next !== undefined) this.#read(next);
  }

  /** Requests, until one has to be waited for, or the client has to take answers first. */
  #read(chunk: Buffer): void {
    let bytes = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = undefined;
    this.#isReading = true;
    while (bytes.length > 0 && this.#mayRead) {
      const used = this.#readOne(bytes);
      if (used === 0) break;
      bytes = bytes.subarray(used);
    }
    this.#isReading = false;
    if (bytes.length === 0 || (this.#isLast && this.#exchange === undefined)) return;
    this.#held = bytes;
    if (!this.#mayRead) this.#socket.pause();
  }

  get #mayRead(): boolean {
    return this.#exchange === undefined && !this.#isLast && !this.#socket.writableNeedDrain;
  }

  /** How many bytes the request took; 0 while its head is not whole. */
  #readOne(bytes: Buffer): number {
    const now = performance.now();
    const { limits, timeouts } = this.#context.frontend;
    if (this.#searched === 0) {
      this.since = now;
      this.deadline = now + timeouts.clientMs;
    }
    const end = findHeadEnd(bytes, Math.max(0, this.#searched - 3));
    if (end < 0) {
      this.#searched = bytes.length;
      const problem = judgeUnfinishedHead(bytes, limits);
      if (problem !== undefined) this.#refuse(problem, 'PR--');
      return 0;
    }
    this.#searched = 0;
    const head = readRequestHead(bytes.subarray(0, end), limits);
    if (!isMalformed(head)) return this.#begin(head, bytes, end, now);
    this.#refuse(head, 'PR--');
    return bytes.length;
  }

  #begin(head: RequestHead, bytes: Buffer, end: number, now: number): number {
    const exchange = new Exchange(this.#context, this, head, end, now);
    this.#exchange = exchange;
    return exchange.begin(bytes, end, now);
  }

  /** Nobody knows where the next request would begin. */
  #refuse({ status, reason }: Malformed, termination: string): void {
    const record = new RequestRecord(this.#context, this, undefined, performance.now());
    const bytes = serialize(ownAnswer(this.#context.frontend, status, reason), false);
    record.status = status;
    record.reason = reason;
    record.bytesOut = bytes.length;
    record.termination = termination;
    this.write(bytes);
    record.end('clientError');
    this.#finish();
  }

  /** What is still coming is read and thrown away for a moment: a reset would take the answer with it. */
  #finish(): void {
    this.#isLast = true;
    this.#held = undefined;
    // The client has answered our end with its own. To end a socket twice would cost an error with its stack.
    if (this.#socket.writableEnded) {
      if (this.#socket.readableEnded) this.#socket.destroySoon();
      return;
    }
    this.deadline = Number.POSITIVE_INFINITY;
    if (this.#socket.writableLength > 0) this.#socket.setTimeout(this.#context.frontend.timeouts.clientMs);
    this.#socket.end(this.#linger);
    if (this.#socket.readableEnded) this.#socket.destroySoon();
    else this.#socket.resume();
  }

  /** All has left. */
  readonly #linger = (): void => {
    this.#socket.setTimeout(0);
    this.deadline = performance.now() + lingerMs;
  };
}

/** 'close' follows and says it; without a listener the process would end. */
function ignore(): void {}
