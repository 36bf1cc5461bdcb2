// One try of one request on one server: sends it, reads the answer, and says how that went. Whether there is another try is not decided here.

import type { Socket } from 'node:net';
import type { Grant, LostServer, Observation } from '../dispatch.ts';
import { BodyReader } from '../wire/body-reader.ts';
import { findHeadEnd } from '../wire/head-end.ts';
import { isMalformed, type ResponseHead } from '../wire/heads.ts';
import { longestResponseHead, readResponseHead } from '../wire/read-response.ts';
import { keepPiece } from './kept-piece.ts';
import type { UpstreamConnection, UpstreamUser } from './upstream-connection.ts';
import type { SlotUser, UpstreamPool } from './upstream-pool.ts';

export interface AttemptOwner {
  readonly method: string;
  /** Whether the whole request has been given to the attempt. */
  readonly isSent: boolean;
  connected(): void;
  /** A part of a head came, so the server is alive. */
  heard(): void;
  /** 1xx but for 101. */
  informed(head: ResponseHead): void;
  /** 101; the attempt is over, and its socket the owner's. `rest` came behind the head. */
  switched(head: ResponseHead, socket: Socket, rest: Buffer): void;
  /** The head of the answer, and what of its body came with it: bytes from `from` to `to`. May write to what is before `from`. */
  answered(head: ResponseHead, bytes: Buffer, from: number, to: number): void;
  answerGoesOn(bytes: Buffer): void;
  /** The last byte of the answer has been told. The attempt is over. */
  answerEnded(): void;
  /** The server takes more of the request again. */
  drained(): void;
  /** The attempt is over, with or without a part of an answer. */
  failed(seen: Observation): void;
  /** The server is not to be counted on any more; what comes of that is the owner's decision. */
  serverLost(why: LostServer['why']): void;
}

export class Attempt implements UpstreamUser, SlotUser {
  readonly grant: Grant;
  readonly startedAt: number;
  /** performance.now(); undefined while it has not happened. startedAt for a connection that stood already. */
  connectedAt: number | undefined;
  answeredAt: number | undefined;
  readonly #owner: AttemptOwner;
  readonly #pool: UpstreamPool;
  readonly #connection: UpstreamConnection;
  readonly #reused: boolean;
  #over = false;
  #hasBegun = false;
  #partial: Buffer | undefined;
  #head: ResponseHead | undefined;
  #body: BodyReader | undefined;

  constructor(
    owner: AttemptOwner,
    pool: UpstreamPool,
    grant: Grant,
    connection: UpstreamConnection,
    now: number,
  ) {
    this.#owner = owner;
    this.#pool = pool;
    this.grant = grant;
    this.startedAt = now;
    this.#connection = connection;
    this.#reused = connection.connected;
    if (this.#reused) this.connectedAt = now;
    connection.user = this;
    pool.join(grant, this);
  }

  /** Nothing of the answer's head has come, not even a part. */
  get isSilent(): boolean {
    return this.#head === undefined && this.#partial === undefined;
  }

  get isConnected(): boolean {
    return this.connectedAt !== undefined;
  }

  /** Whether anything has been sent: until then the server cannot have done anything. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Head and what is there of the body; one write where that is possible. False: wait for `drained`. */
  begin(head: string, body: readonly Buffer[]): boolean {
    const { socket } = this.#connection;
    this.#hasBegun = true;
    const [first, ...others] = body;
    if (first === undefined) return socket.write(head, 'latin1');
    let goesOn = socket.write(Buffer.concat([Buffer.from(head, 'latin1'), first]));
    for (const piece of others) goesOn = socket.write(piece);
    return goesOn;
  }

  /** More of the body. False: wait for `drained`. */
  send(piece: Buffer): boolean {
    return this.#connection.socket.write(piece);
  }

  pause(): void {
    this.#connection.socket.pause();
  }

  resume(): void {
    if (!this.#over) this.#connection.socket.resume();
  }

  /** Ends it without a word to the owner. */
  abandon(): void {
    if (this.#leave()) this.#connection.destroy();
  }

  upstreamConnected(): void {
    this.connectedAt = performance.now();
    this.#owner.connected();
  }

  upstreamDrained(): void {
    this.#owner.drained();
  }

  upstreamData(chunk: Buffer): void {
    if (this.#head === undefined) this.#readHead(chunk);
    else this.#readBody(chunk);
  }

  upstreamEnded(): void {
    if (this.#body?.mayEndHere) this.#complete(false);
    else this.#fail(this.#whatEnds());
  }

  upstreamBroken(): void {
    this.#fail(this.isConnected ? this.#whatEnds() : 'refused');
  }

  serverLost(why: LostServer['why']): void {
    this.#owner.serverLost(why);
  }

  /** Nothing at all on a connection that had been idle says nothing of the server: it was closing just then. */
  #whatEnds(): 'idle' | 'reset' | 'truncated' {
    if (!this.isSilent) return 'truncated';
    return this.#reused ? 'idle' : 'reset';
  }

  #readHead(chunk: Buffer): void {
    const before = this.#partial?.length ?? 0;
    let bytes = this.#partial === undefined ? chunk : Buffer.concat([this.#partial, chunk]);
    let from = Math.max(0, before - 3);
    while (!this.#over) {
      const end = findHeadEnd(bytes, from);
      if (end < 0) {
        this.#wait(bytes);
        return;
      }
      const head = readResponseHead(bytes.subarray(0, end), this.#owner.method);
      if (isMalformed(head)) {
        this.#fail('truncated');
        return;
      }
      if (head.status >= 200) {
        this.#answer(head, bytes, end);
        return;
      }
      if (head.status === 101) {
        this.#switch(head, bytes.subarray(end));
        return;
      }
      this.#owner.informed(head);
      bytes = bytes.subarray(end);
      from = 0;
    }
  }

  #wait(bytes: Buffer): void {
    this.#partial = bytes.length === 0 ? undefined : bytes;
    keepPiece();
    if (bytes.length > longestResponseHead) this.#fail('truncated');
    else this.#owner.heard();
  }

  #switch(head: ResponseHead, rest: Buffer): void {
    this.answeredAt = performance.now();
    this.#leave();
    this.#owner.switched(head, this.#connection.handOver(), rest);
  }

  #answer(head: ResponseHead, bytes: Buffer, end: number): void {
    const to = this.#bodyEnd(head, bytes, end);
    if (to < 0) {
      this.#fail('truncated');
      return;
    }
    this.#head = head;
    this.#partial = undefined;
    this.answeredAt = performance.now();
    const whole = this.#body === undefined || this.#body.done;
    this.#owner.answered(head, bytes, end, to);
    if (whole) this.#complete(to === bytes.length);
  }

  /** Most answers come whole: they need no reader. */
  #bodyEnd(head: ResponseHead, bytes: Buffer, from: number): number {
    const { framing } = head;
    if (framing.type === 'none') return from;
    if (framing.type === 'length' && bytes.length - from >= framing.bytes) return from + framing.bytes;
    this.#body = new BodyReader(framing);
    return this.#body.read(bytes, from);
  }

  #readBody(chunk: Buffer): void {
    const body = this.#body as BodyReader;
    const to = body.read(chunk, 0);
    if (to < 0) {
      this.#fail('truncated');
      return;
    }
    this.#owner.answerGoesOn(to === chunk.length ? chunk : chunk.subarray(0, to));
    if (body.done) this.#complete(to === chunk.length);
  }

  /** `clean`: nothing came behind the answer. */
  #complete(clean: boolean): void {
    if (!this.#leave()) return;
    if (clean && this.#mayBeUsedAgain()) {
      // The client may still be taking the end of the answer; the connection has to be heard by whoever is next.
      if (this.#connection.socket.isPaused()) this.#connection.socket.resume();
      this.#pool.giveBack(this.#connection, performance.now(), this.#head?.keepAliveMs);
    } else this.#connection.destroy();
    this.#owner.answerEnded();
  }

  #mayBeUsedAgain(): boolean {
    const { socket } = this.#connection;
    return (
      this.#head?.keepAlive === true && this.#owner.isSent && socket.writableLength === 0 && socket.readable
    );
  }

  #fail(type: 'refused' | 'reset' | 'truncated' | 'idle'): void {
    if (!this.#leave()) return;
    this.#connection.destroy();
    this.#owner.failed({ type });
  }

  /** False when it is over already. */
  #leave(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#pool.leave(this.grant, this);
    return true;
  }
}
