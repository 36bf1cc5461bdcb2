// One connection of mode tcp: a server is found for it, tried again on another one while none has taken it, and then the two are joined.

import { connect, type Socket } from 'node:net';
import type { Outcome } from '../outcome.ts';
import type { Ask, Busy, Dispatch, Grant, LostServer, Observation, QueuePlace, Refusal } from './dispatch.ts';
import { Tunnel, type TunnelEnding, tunnelFlags } from './exchange/tunnel.ts';

export interface TcpEnding {
  readonly outcome: Outcome;
  /** HAProxy's termination state. */
  readonly flags: string;
  /** The last one that it was with. */
  readonly server?: Grant;
  /** All, those that were told before included. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly retries: number;
  readonly redispatched: boolean;
  readonly queueMs: number;
  readonly queuePlace?: QueuePlace;
  /** When it left its server. */
  readonly busy?: Busy;
  /** -1: it did not come to that. */
  readonly connectMs: number;
  readonly totalMs: number;
}

export interface TcpOwner {
  /** More bytes, now and then and before the end. */
  moved(bytesIn: number, bytesOut: number): void;
  /** Once, when nothing is left of it. */
  ended(ending: TcpEnding): void;
}

export class TcpConnection implements Ask {
  readonly clientAddress: string;
  readonly failedOn: string[] = [];
  readonly since = performance.now();
  readonly #client: Socket;
  readonly #dispatch: Dispatch;
  readonly #owner: TcpOwner;
  #lastGrant: Grant | undefined;
  #queuePlace: QueuePlace | undefined;
  #grant: Grant | undefined;
  #server: Socket | undefined;
  #tunnel: Tunnel | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retries = 0;
  #redispatched = false;
  #queuedMs = 0;
  #connectMs = -1;
  #isOver = false;

  /** Takes the socket over. */
  constructor(client: Socket, clientAddress: string, dispatch: Dispatch, owner: TcpOwner) {
    this.#client = client;
    this.clientAddress = clientAddress;
    this.#dispatch = dispatch;
    this.#owner = owner;
    client.pause();
    client.on('error', this.#abort);
    client.on('close', this.#abort);
  }

  /** To be called once; it may be over when this returns. */
  start(): void {
    this.#next();
  }

  granted(grant: Grant): void {
    this.#grant = grant;
    this.#lastGrant = grant;
    this.#queuePlace = grant.queuePlace ?? this.#queuePlace;
    this.#queuedMs = Math.max(this.#queuedMs, grant.queuedMs);
    this.#connect(grant);
  }

  refused({ outcome, flags, queuePlace }: Refusal): void {
    this.#queuePlace = queuePlace ?? this.#queuePlace;
    this.#finish(outcome, 'unused', flags);
  }

  /** The server of the connection, or of an attempt at it, is lost. One that merely left the model keeps what it has. */
  lose({ slot, why }: LostServer): void {
    if (this.#grant?.slot !== slot || why === 'gone') return;
    if (this.#tunnel) this.#tunnel.close();
    else if (why === 'down') this.#failed('refused');
  }

  /** Cuts it. */
  close(): void {
    if (this.#tunnel) this.#tunnel.close();
    else this.#finish('serverError', 'unused', `K${this.#phase}`);
  }

  get #phase(): 'Q' | 'C' {
    return this.#grant === undefined ? 'Q' : 'C';
  }

  #next(): void {
    const reply = this.#dispatch.ask(this);
    if (reply === 'waiting') return;
    if ('slot' in reply) this.granted(reply);
    else this.refused(reply);
  }

  #connect({ address, port }: Grant): void {
    const startedAt = performance.now();
    const server = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
    this.#server = server;
    this.#timer = setTimeout(() => this.#failed('silent'), this.#dispatch.backend.timeouts.connectMs);
    server.once('error', this.#refusedByServer);
    server.once('connect', () => {
      this.#connectMs = performance.now() - startedAt;
      if (this.#grant) this.#dispatch.works?.(this.#grant);
      this.#join(server);
    });
  }

  readonly #refusedByServer = () => this.#failed('refused');

  /** The server did not take it: another one may, while the rules allow it. */
  #failed(how: 'refused' | 'silent'): void {
    const { retries } = this.#dispatch.backend;
    const id = this.#grant?.serverId;
    this.#release({ type: how });
    this.#dropServer();
    if (this.#retries >= retries.attempts)
      this.#finish(this.#isSorryDue() ? 'sorry' : 'serverError', 'unused', how === 'silent' ? 'sC' : 'SC');
    else this.#retry(retries.redispatch ? id : undefined);
  }

  /** Whether nobody could have served it, rather than just those that were tried. */
  #isSorryDue(): boolean {
    const reply = this.#dispatch.ask(this);
    if (reply === 'waiting') this.#dispatch.cancel(this);
    else if ('slot' in reply) this.#dispatch.release(reply, { type: 'unused' });
    else return reply.outcome === 'sorry';
    return false;
  }

  #retry(avoid: string | undefined): void {
    this.#retries += 1;
    if (avoid !== undefined) {
      this.#redispatched = true;
      this.failedOn.push(avoid);
    }
    this.#next();
  }

  #join(server: Socket): void {
    clearTimeout(this.#timer);
    server.off('error', this.#refusedByServer);
    this.#client.off('error', this.#abort);
    this.#client.off('close', this.#abort);
    this.#tunnel = new Tunnel(this.#client, server, {
      idleMs: this.#dispatch.backend.timeouts.tunnelMs,
      moved: (bytesIn, bytesOut) => this.#moved(bytesIn, bytesOut),
      ended: (how, failed) =>
        this.#finish(this.#outcomeOf(how, failed), 'answered', tunnelFlags(how, failed)),
    });
  }

  /** Who was reset has said so; a server that ends a conversation by a reset, as many do, has served it. */
  #outcomeOf(how: TunnelEnding, failed: 'client' | 'server' | undefined): Outcome {
    if (how === 'cut') return 'serverError';
    if (how !== 'failed') return 'ok';
    if (failed === 'client') return 'aborted';
    return this.#tunnel && this.#tunnel.fromServer > 0 ? 'ok' : 'serverError';
  }

  /** Told while it lasts: there are connections that last for months. */
  #moved(bytesIn: number, bytesOut: number): void {
    if (this.#grant) this.#dispatch.moved?.(this.#grant, bytesIn, bytesOut);
    this.#owner.moved(bytesIn, bytesOut);
  }

  /** The client went away before it had a server. */
  readonly #abort = () => this.#finish('aborted', 'unused', `C${this.#phase}`);

  #finish(outcome: Outcome, seen: 'unused' | 'answered', flags: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const slot = this.#grant?.slot;
    const busy = this.#dispatch.busy?.(this.#grant);
    if (!this.#grant) this.#dispatch.cancel(this);
    this.#release(seen === 'answered' ? { type: 'answered', status: 200 } : { type: 'unused' });
    this.#dropServer();
    this.#client.destroy();
    const times = {
      ...{ retries: this.#retries, redispatched: this.#redispatched, queueMs: this.#queuedMs },
      ...{ connectMs: this.#connectMs, totalMs: performance.now() - this.since },
    };
    this.#dispatch.ended({ ...times, outcome, status: 0, slot, bytesIn: 0, bytesOut: 0, responseMs: -1 });
    const { fromClient: bytesIn = 0, fromServer: bytesOut = 0 } = this.#tunnel ?? {};
    const [server, queuePlace] = [this.#lastGrant, this.#queuePlace];
    this.#owner.ended({ ...times, outcome, flags, server, queuePlace, busy, bytesIn, bytesOut });
  }

  #release(seen: Observation): void {
    if (!this.#grant) return;
    const grant = this.#grant;
    this.#grant = undefined;
    this.#dispatch.release(grant, seen);
  }

  #dropServer(): void {
    clearTimeout(this.#timer);
    this.#server?.off('error', this.#refusedByServer);
    // It may have one more thing to complain about.
    this.#server?.on('error', () => {});
    this.#server?.destroy();
    this.#server = undefined;
  }
}
