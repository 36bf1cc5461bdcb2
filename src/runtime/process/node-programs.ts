// A node's programs as seen from the runtime: a mirror of what node-init keeps, and the calls to it. When node-init is lost another is
// started, and everybody is told to look again.

import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import { sleep } from '../../base/sleep.ts';
import { Subscribable } from '../../base/subscribable.ts';
import { AttachLine } from './attach-line.ts';
import { kill } from './marked-processes.ts';
import type { AttachRequest, NodeInitConfig, ProgramOrder, ProgramRecord } from './node-init/messages.ts';
import { NodeInitConnection, NodeInitLostError, runningNodeInit } from './node-init-connection.ts';

const retryMs = 100;

export interface NodeProgramsTools {
  logger: Logger;
  clock: Clock;
}

export class NodePrograms {
  /** Processes whose marker has it after a slash do not outlive this object. */
  readonly session = `exec-${randomUUID()}`;
  readonly #config: NodeInitConfig;
  readonly #tools: NodeProgramsTools;
  readonly #records = new Map<string, ProgramRecord>();
  readonly #exits = new Subscribable<ProgramRecord>();
  readonly #resyncs = new Subscribable<void>();
  readonly #closing = new AbortController();
  #connection: Promise<NodeInitConnection>;

  private constructor(config: NodeInitConfig, tools: NodeProgramsTools) {
    this.#config = config;
    this.#tools = tools;
    this.#connection = this.#connect();
  }

  static async open(config: NodeInitConfig, tools: NodeProgramsTools): Promise<NodePrograms> {
    const programs = new NodePrograms(config, tools);
    await programs.#connection;
    return programs;
  }

  all(): ProgramRecord[] {
    return [...this.#records.values()];
  }

  get(id: string): ProgramRecord | undefined {
    return this.#records.get(id);
  }

  onExit(listener: (record: ProgramRecord) => void): void {
    this.#exits.subscribe(listener);
  }

  onResync(listener: () => void): void {
    this.#resyncs.subscribe(listener);
  }

  /** Calls `tell` once when it does not run: at once for an unknown one. The returned function stops that. */
  whenEnded(id: string, tell: () => void): () => void {
    const look = () => {
      const record = this.#records.get(id);
      if (record && !record.exit) return;
      detach();
      tell();
    };
    const detachers = [this.#exits.subscribe(look), this.#resyncs.subscribe(look)];
    const detach = () => {
      for (const one of detachers) one();
    };
    look();
    return detach;
  }

  /** Rejects with the system's error, or NodeInitLostError. */
  async start(order: ProgramOrder): Promise<ProgramRecord> {
    const connection = await this.#connection;
    const record = await connection.call({ call: 'start', order });
    // Its end may have been told before its start was answered.
    const current = this.#records.get(order.id) ?? record;
    this.#records.set(order.id, current);
    return current;
  }

  async stop(id: string, graceMs: number): Promise<ProgramRecord | undefined> {
    if (!this.#records.has(id)) return undefined;
    const record = await this.#persistently((connection) => connection.call({ call: 'stop', id, graceMs }));
    return record ?? this.#records.get(id);
  }

  async forget(id: string): Promise<void> {
    await this.#persistently((connection) => connection.call({ call: 'forget', id }));
    this.#records.delete(id);
  }

  /** Rejects when it does not run, or node-init is being replaced. */
  async attach(request: Omit<AttachRequest, 'call'>): Promise<AttachLine> {
    await this.#connection;
    return AttachLine.open(this.#config.folder, request);
  }

  /** Ends node-init and with it everything on the node; resolves when it is gone. */
  async stopNode(): Promise<void> {
    const connection = await this.#connection;
    this.close();
    connection.close();
    const running = runningNodeInit(this.#config.folder);
    if (!running) return;
    kill(running.pid, 'SIGTERM');
    // Not the clock's timers, which keep no process alive.
    while (runningNodeInit(this.#config.folder)) await setTimeout(5);
  }

  /** Idempotent. */
  close(): void {
    this.#closing.abort();
    void this.#connection.then((connection) => connection.close()).catch(() => {});
  }

  /** Calls that may be repeated are, when node-init is lost under them. */
  async #persistently<T>(call: (connection: NodeInitConnection) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call(await this.#connection);
      } catch (error) {
        if (!(error instanceof NodeInitLostError) || this.#closing.signal.aborted) throw error;
      }
    }
  }

  async #connect(): Promise<NodeInitConnection> {
    let isReady = false;
    const connection = await NodeInitConnection.open(this.#config, {
      exited: (record) => this.#exited(record),
      // Before that, whoever waits for this connection tries again.
      lost: () => isReady && this.#reconnect(),
    });
    await connection.call({ call: 'bind', markerPart: `/${this.session}-` });
    const records = await connection.call({ call: 'list' });
    this.#records.clear();
    for (const record of records) this.#records.set(record.order.id, record);
    isReady = true;
    return connection;
  }

  #exited(record: ProgramRecord): void {
    this.#records.set(record.order.id, record);
    this.#exits.emit(record);
  }

  #reconnect(): void {
    if (this.#closing.signal.aborted) return;
    this.#tools.logger.warn('node-init was lost: everything on this node ended with it');
    this.#connection = this.#connectPersistently();
    void this.#connection.then(() => this.#resyncs.emit()).catch(() => {});
  }

  async #connectPersistently(): Promise<NodeInitConnection> {
    for (;;) {
      try {
        return await this.#connect();
      } catch (error) {
        if (this.#closing.signal.aborted) throw error;
        this.#tools.logger.error('node-init cannot be started, trying again', { error });
        await sleep(this.#tools.clock, retryMs, this.#closing.signal);
      }
    }
  }
}
