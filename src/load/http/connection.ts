// One connection of a user: opened for its first request, then kept for one after the other. It knows nothing of redirects, cookies or users.

import type { OnReadOpts, Socket } from 'node:net';
import { machineTime } from '../../base/machine-time.ts';
import { AnswerReader } from './answer-reader.ts';
import { deadlines, type Watched } from './deadlines.ts';
import { connectTimedOut, cut, failureOf, noResponse, protocolFailure, readTimedOut } from './failures.ts';
import { hostAddresses } from './host-addresses.ts';
import type { HttpFailure } from './http-exchange.ts';
import { openPlain, openSecure, type SocketEars, type SocketTools } from './open-socket.ts';
import { authorityOf, type Origin } from './origin.ts';

/** One request on its way. */
export interface Passenger {
  readonly isHead: boolean;
  readonly wantsBody: boolean;
  readonly keepsOpen: boolean;
  readonly connectMs: number;
  readonly responseMs: number;
  /** The head, with a small body. */
  readonly text: string;
  readonly body: Buffer | undefined;
  /** machineTime() of the first byte of the answer; 0: none came. */
  firstByteAt: number;
  /** The connection is there: it had to be made. */
  connected(at: number): void;
  /** All of the answer is there, in the reader, until this returns. */
  answered(reader: AnswerReader, at: number): void;
  /** `isStale`: the connection was kept from before, and was closed without a byte. The reader has counted what came. */
  failed(failure: HttpFailure, isStale: boolean, reader: AnswerReader, at: number): void;
}

export interface ConnectionOwner extends SocketTools {
  readonly mostOfBody: number;
  /** Why there may be no connection to this address; undefined: there may. */
  readonly refuses: ((host: string, address: string, port: number) => string | undefined) | undefined;
  idle(connection: Connection): void;
  gone(connection: Connection): void;
}

/** Of all connections of the process: what is in it has been read when the function that it is given to returns. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);
const bodyPiece = 262_144;
/** For a server to close what it, or the request, said would be closed. */
const patienceMs = 1_000;
const never = Number.POSITIVE_INFINITY;

export class Connection implements Watched, SocketEars {
  readonly origin: Origin;
  readonly onread: OnReadOpts;
  deadline = never;
  slot = -1;
  /** machineTime() from which on the server may close it while it waits. */
  keptUntil = never;
  readonly #owner: ConnectionOwner;
  readonly #reader = new AnswerReader();
  #socket: Socket | undefined;
  #passenger: Passenger | undefined;
  /** What is left of a large body. */
  #unsent: Buffer | undefined;
  #isOpen = false;
  #isOver = false;
  #hasServed = false;
  #addresses: readonly string[] = [];
  /** Which of them is tried. */
  #address = 0;

  constructor(origin: Origin, owner: ConnectionOwner) {
    this.origin = origin;
    this.#owner = owner;
    this.onread = { buffer: readBuffer, callback: (length) => this.#read(length) };
  }

  /** Connects for this request, and sends it. */
  open(passenger: Passenger): void {
    this.#passenger = passenger;
    this.#watch(passenger.connectMs, machineTime());
    const addresses = hostAddresses.of(this.origin.host);
    if (!(addresses instanceof Promise)) this.#try(addresses, 0);
    else
      addresses.then(
        (found) => this.#try(found, 0),
        (error: Error) => this.#fail(failureOf(error, this.origin.host)),
      );
  }

  /** `now`: machineTime(). */
  carry(passenger: Passenger, now: number): void {
    this.#passenger = passenger;
    this.#send(passenger, now);
  }

  /** Idempotent. What it carries fails as cut. */
  close(): void {
    this.#fail(cut);
  }

  expired(): void {
    this.#fail(this.#isOpen ? readTimedOut : connectTimedOut(authorityOf(this.origin)));
  }

  opened(): void {
    const passenger = this.#passenger;
    if (this.#isOver || passenger === undefined) return;
    this.#isOpen = true;
    const now = machineTime();
    passenger.connected(now);
    this.#send(passenger, now);
  }

  failed(error: Error): void {
    if (this.#isOver) return;
    if (!this.#isOpen && this.#address + 1 < this.#addresses.length) {
      this.#try(this.#addresses, this.#address + 1);
      return;
    }
    this.#fail(failureOf(error, authorityOf(this.origin)), isClosing(error));
  }

  /** Also of a socket that was given up for the next address. */
  closed(): void {
    if (this.#socket?.destroyed) this.ended();
  }

  ended(): void {
    const passenger = this.#passenger;
    if (this.#isOver || passenger === undefined || passenger.firstByteAt === 0) {
      this.#fail(noResponse(authorityOf(this.origin)), true);
      return;
    }
    this.#reader.end();
    if (this.#reader.isDone) this.#finish(passenger, machineTime(), false);
    else this.#fail(this.#reader.fault ?? noResponse(authorityOf(this.origin)));
  }

  #try(addresses: readonly string[], index: number): void {
    if (this.#isOver) return;
    this.#addresses = addresses;
    this.#address = index;
    this.#socket = undefined;
    const address = addresses[index] ?? '';
    const { host, port, secure } = this.origin;
    const refusal = this.#owner.refuses?.(host, address, port);
    if (refusal !== undefined) this.#fail(protocolFailure(refusal));
    else if (!secure) this.#socket = openPlain(this.origin, address, this);
    else
      void openSecure(this.origin, address, this.#owner, this).then(
        (socket) => {
          this.#socket = socket;
          if (this.#isOver) socket.destroy();
        },
        (error: Error) => this.#fail(failureOf(error, host)),
      );
  }

  #send(passenger: Passenger, now: number): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#reader.begin(passenger.isHead, passenger.wantsBody, this.#owner.mostOfBody);
    this.#watch(passenger.responseMs, now);
    const { body, text } = passenger;
    if (body === undefined) {
      socket.write(text, 'latin1');
      return;
    }
    this.#unsent = body;
    socket.cork();
    socket.write(text, 'latin1');
    this.#sendBody(passenger, socket);
    socket.uncork();
  }

  /** In pieces: each that has left is a sign of life, so that a large body has time. */
  #sendBody(passenger: Passenger, socket: Socket): void {
    if (this.#passenger !== passenger || this.#unsent === undefined) return;
    const body = this.#unsent;
    this.#unsent = body.length > bodyPiece ? body.subarray(bodyPiece) : undefined;
    if (this.deadline !== never) this.deadline = machineTime() + passenger.responseMs;
    socket.write(body.subarray(0, bodyPiece), () => this.#sendBody(passenger, socket));
  }

  #watch(ms: number, now: number): void {
    this.deadline = ms > 0 ? now + ms : never;
    if (ms > 0) deadlines.watch(this);
  }

  /** False would stop reading. */
  #read(length: number): boolean {
    const passenger = this.#passenger;
    if (passenger === undefined || this.#isOver) {
      // Nobody asked: what a server says before it closes a kept connection.
      this.#fail(cut);
      return true;
    }
    const now = machineTime();
    if (passenger.firstByteAt === 0) passenger.firstByteAt = now;
    if (this.deadline !== never) this.deadline = now + passenger.responseMs;
    const reader = this.#reader;
    const taken = reader.read(readBuffer, length);
    if (reader.isDone) this.#finish(passenger, now, taken === length);
    else if (reader.fault !== undefined) this.#fail(reader.fault);
    return true;
  }

  #finish(passenger: Passenger, now: number, isClean: boolean): void {
    const reader = this.#reader;
    this.#passenger = undefined;
    this.deadline = never;
    this.#hasServed = true;
    // A request that has not left whole (it was answered before) would be read as the next one.
    const isSent = this.#unsent === undefined && this.#socket?.writableLength === 0;
    this.keptUntil = now + reader.head.keptMs;
    if (!isClean || !isSent) this.#end();
    else if (reader.keepsOpen && passenger.keepsOpen) this.#owner.idle(this);
    else this.#waitForEnd(now);
    passenger.answered(reader, now);
  }

  /** Whoever closes first keeps the port for a minute (TIME_WAIT): the server shall, which has one port for all. */
  #waitForEnd(now: number): void {
    this.#watch(patienceMs, now);
  }

  #fail(failure: HttpFailure, isClosed = false): void {
    if (this.#isOver) return;
    const passenger = this.#passenger;
    this.#passenger = undefined;
    this.#end();
    const isStale = isClosed && this.#hasServed && passenger?.firstByteAt === 0;
    passenger?.failed(failure, isStale, this.#reader, machineTime());
  }

  #end(): void {
    this.#isOver = true;
    this.deadline = never;
    // Connections may be many and time-outs long.
    deadlines.forget(this);
    this.#owner.gone(this);
    this.#socket?.destroy();
  }
}

function isClosing({ code }: Error & { readonly code?: string }): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE';
}
