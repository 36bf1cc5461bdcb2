// One connection of mode tcp: a server is found for it, tried again on another one while none has taken it, and then the two are joined.

import { connect, type Socket } from 'node:net';
import type { Outcome } from '../outcome.ts';
import type { Ask, Dispatch, Grant, LostServer, Observation, Refusal } from './dispatch.ts';
import { Tunnel, type TunnelEnding } from './exchange/tunnel.ts';

export interface TcpEnding {
  readonly outcome: Outcome;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

export class TcpConnection implements Ask {
  readonly clientAddress: string;
  readonly failedOn: string[] = [];
  readonly since = performance.now();
  readonly #client: Socket;
  readonly #dispatch: Dispatch;
  readonly #ended: (ending: TcpEnding) => void;
  #grant: Grant | undefined;
  #server: Socket | undefined;
  #tunnel: Tunnel | undefined;
  #timer: NodeJS.Timeout | undefined;
  #retries = 0;
  #redispatched = false;
  #queuedMs = 0;
  #connectMs = -1;
  #isOver = false;

  /** Takes the socket over. `ended`: once, when nothing is left of it. */
  constructor(client: Socket, clientAddress: string, dispatch: Dispatch, ended: (ending: TcpEnding) => void) {
    this.#client = client;
    this.clientAddress = clientAddress;
    this.#dispatch = dispatch;
    this.#ended = ended;
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
    this.#queuedMs = Math.max(this.#queuedMs, grant.queuedMs);
    this.#connect(grant);
  }

  refused({ outcome }: Refusal): void {
    this.#finish(outcome, 'unused');
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
    else this.#finish('serverError', 'unused');
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
      this.#finish(this.#isSorryDue() ? 'sorry' : 'serverError', 'unused');
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
      ended: (how, failed) => this.#finish(this.#outcomeOf(how, failed), 'answered'),
    });
  }

  /** Who was reset has said so; a server that ends a conversation by a reset, as many do, has served it. */
  #outcomeOf(how: TunnelEnding, failed: 'client' | 'server' | undefined): Outcome {
    if (how === 'cut') return 'serverError';
    if (how !== 'failed') return 'ok';
    if (failed === 'client') return 'aborted';
    return this.#tunnel && this.#tunnel.fromServer > 0 ? 'ok' : 'serverError';
  }

  /** The client went away before it had a server. */
  readonly #abort = () => this.#finish('aborted', 'unused');

  #finish(outcome: Outcome, seen: 'unused' | 'answered'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const slot = this.#grant?.slot;
    if (!this.#grant) this.#dispatch.cancel(this);
    this.#release(seen === 'answered' ? { type: 'answered', status: 200 } : { type: 'unused' });
    this.#dropServer();
    this.#client.destroy();
    const { fromClient: bytesIn = 0, fromServer: bytesOut = 0 } = this.#tunnel ?? {};
    this.#dispatch.ended({
      ...{ outcome, status: 0, slot, bytesIn, bytesOut },
      ...{ retries: this.#retries, redispatched: this.#redispatched },
      ...{ queueMs: this.#queuedMs, connectMs: this.#connectMs, responseMs: -1 },
      totalMs: performance.now() - this.since,
    });
    this.#ended({ outcome, bytesIn, bytesOut });
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
