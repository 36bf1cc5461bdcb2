// What is written down of one request while it goes on, and told once when it is over: to the counters, the backend and the access log.

import type { AccessLogEntry } from '../../access-log/entry.ts';
import { httplogLine } from '../../access-log/httplog-line.ts';
import { jsonLine } from '../../access-log/json-line.ts';
import type { Outcome } from '../../outcome.ts';
import type { Busy, Dispatch, Grant, QueuePlace } from '../dispatch.ts';
import { fieldOf, loadIdOf } from '../wire/fields.ts';
import type { RequestHead } from '../wire/heads.ts';
import type { Client } from './client.ts';
import type { FrontendContext } from './frontend-context.ts';

const notQueued: QueuePlace = { server: 0, backend: 0 };

export class RequestRecord {
  readonly #context: FrontendContext;
  readonly #client: Client;
  readonly #head: RequestHead | undefined;
  readonly #beganAt: number;
  #over = false;
  #outcome: Outcome = 'ok';
  #busy: Busy | undefined;
  /** It is logged when the tunnel has ended. */
  becomesTunnel = false;
  /** When it last began to wait for a server. */
  queuePlace = notQueued;
  dispatch: Dispatch | undefined;
  /** The last server that it was with. */
  server: Grant | undefined;
  requestId = '';
  /** What the client got; 0 for nothing. */
  status = 0;
  bytesIn = 0;
  bytesOut = 0;
  retries = 0;
  redispatched = false;
  queueMs = -1;
  connectMs = -1;
  responseMs = -1;
  /** HAProxy's termination state. */
  termination = '----';
  /** Why it was refused. */
  reason: string | undefined;

  /** `head`: undefined for a request that could not be read. */
  constructor(context: FrontendContext, client: Client, head: RequestHead | undefined, now: number) {
    this.#context = context;
    this.#client = client;
    this.#head = head;
    this.#beganAt = now;
    context.counters.requestBegan();
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Before a slot is given back: whoever waits has it a moment later. */
  noteBusy(): void {
    if (this.#context.tools.log !== undefined) this.#busy = this.dispatch?.busy?.(this.server);
  }

  /** After all grants of the request are released, but that of a tunnel. */
  end(outcome: Outcome): void {
    if (this.#over) throw new Error(`a request ended twice, now ${outcome}`);
    this.#over = true;
    const totalMs = performance.now() - this.#client.since;
    this.#context.counters.requestEnded(outcome, this.status, this.bytesIn, this.bytesOut);
    this.dispatch?.ended({
      outcome,
      status: this.status,
      slot: this.server?.slot,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      retries: this.retries,
      redispatched: this.redispatched,
      queueMs: this.queueMs,
      connectMs: this.connectMs,
      responseMs: this.responseMs,
      totalMs,
    });
    this.#outcome = outcome;
    if (!this.becomesTunnel) this.#log(totalMs);
  }

  /** More bytes of its tunnel. */
  moved(bytesIn: number, bytesOut: number): void {
    this.bytesIn += bytesIn;
    this.bytesOut += bytesOut;
    this.#context.counters.moved(bytesIn, bytesOut);
  }

  /** `flags`: the first two characters of HAProxy's termination state. */
  tunnelEnded(flags: string): void {
    this.termination = flags + this.termination.slice(2);
    this.noteBusy();
    this.#log(performance.now() - this.#client.since);
  }

  #log(totalMs: number): void {
    const { log } = this.#context.tools;
    if (log === undefined) return;
    const entry = this.#entry(totalMs);
    log.append(log.format === 'json' ? jsonLine(entry) : httplogLine(entry));
  }

  #entry(totalMs: number): AccessLogEntry {
    const head = this.#head;
    const wantsAll = this.#context.tools.log?.format === 'json' && head !== undefined;
    const { counters, frontend, tools } = this.#context;
    const busy = this.#busy ?? this.dispatch?.busy?.(undefined);
    return {
      at: Date.now() - totalMs,
      clientAddress: this.#client.peer.address,
      clientPort: this.#client.peerPort,
      frontend: frontend.name,
      tls: this.#client.tls,
      backend: this.dispatch?.backend.name,
      server: this.server?.serverName,
      requestMs: this.#beganAt - this.#client.since,
      queueMs: this.queueMs,
      connectMs: this.connectMs,
      responseMs: this.responseMs,
      totalMs,
      status: this.status,
      bytesOut: this.bytesOut,
      bytesIn: this.bytesIn,
      termination: this.termination,
      actconn: tools.state.connections,
      feconn: counters.connections,
      beconn: busy?.backend ?? 0,
      srvConn: busy?.server ?? 0,
      retries: this.retries,
      redispatched: this.redispatched,
      serverQueue: this.queuePlace.server,
      backendQueue: this.queuePlace.backend,
      method: head?.method,
      target: head?.target,
      minor: head?.minor,
      host: head?.host,
      requestId: this.requestId,
      loadId: head && loadIdOf(head),
      userAgent: wantsAll ? fieldOf(head, 'user-agent') : undefined,
      referer: wantsAll ? fieldOf(head, 'referer') : undefined,
      outcome: this.#outcome,
      reason: this.reason,
    };
  }
}
