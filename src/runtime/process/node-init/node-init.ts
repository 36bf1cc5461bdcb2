// What keeps a node's programs while kubelets come and go: starts them, owns their output, records how they ended. It knows no pods.
// Its own death is the node's: programs whose end it did not see are killed and accounted for by its successor.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { onJsonLines, sendJsonLine } from '../json-lines.ts';
import type { LimitsReport } from '../limits/limits-report.ts';
import { ProgramLimiter } from '../limits/program-limiter.ts';
import { killMarkedProcesses, liveMarkers } from '../marked-processes.ts';
import { Attachment } from './attachment.ts';
import type {
  AttachAnswer,
  AttachMessage,
  AttachRequest,
  Message,
  NumberedRequest,
  ProgramOrder,
  ProgramRecord,
  Request,
} from './messages.ts';
import { Program } from './program.ts';
import { ProgramRecords } from './program-records.ts';

/** Linux takes 107 bytes for a socket's path, other systems 103. */
const longestSocketPath = 103;
const killed = 137;
/** How long whoever comes waits for starts that somebody else has asked for. */
const startingMs = 10_000;

export interface NodeInitOptions {
  folder: string;
  markerPrefix: string;
  controlGroups?: boolean;
  clock: Clock;
}

export class NodeInit {
  readonly #options: NodeInitOptions;
  readonly #records: ProgramRecords;
  readonly #limiter: ProgramLimiter;
  readonly #programs = new Map<string, Program>();
  readonly #starting = new Set<Promise<unknown>>();
  /** Of programs that have ended. */
  readonly #past = new Map<string, ProgramRecord>();
  readonly #sockets = new Set<Socket>();
  readonly #attachments = new Map<Socket, Attachment>();
  readonly #server: Server;

  /** Ends what a predecessor left, and records that its end was not seen. */
  constructor(options: NodeInitOptions) {
    this.#options = options;
    this.#records = new ProgramRecords(path.join(options.folder, 'programs'));
    killMarkedProcesses(options.markerPrefix);
    const { folder, markerPrefix, clock, controlGroups } = options;
    this.#limiter = new ProgramLimiter(markerPrefix, folder, clock, controlGroups);
    for (const record of this.#records.read()) this.#recall(record);
    this.#server = createServer((socket) => this.#serve(socket));
  }

  get limits(): LimitsReport {
    return this.#limiter.report;
  }

  /** The path of the socket. */
  async listen(): Promise<string> {
    const socket = this.#socketPath();
    rmSync(socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(socket, resolve);
    });
    return socket;
  }

  /** Kills everything on the node, records it, and stops listening. */
  async close(): Promise<void> {
    this.killAll();
    await Promise.all([...this.#programs.values()].map((program) => program.ended));
    // What was still dying in its control group is gone now.
    this.#limiter.close();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** At once and synchronously: for a process that is about to exit. */
  killAll(): void {
    for (const program of this.#programs.values()) program.killAll();
    killMarkedProcesses(this.#options.markerPrefix);
    this.#limiter.close();
  }

  #recall(record: ProgramRecord): void {
    if (record.exit === undefined) {
      record.exit = { finishedAt: this.#options.clock.now(), exitCode: killed, signal: 9, unseen: true };
      this.#records.write(record);
    }
    this.#past.set(record.order.id, record);
  }

  #socketPath(): string {
    const near = path.join(this.#options.folder, 'init.sock');
    if (Buffer.byteLength(near) <= longestSocketPath) return near;
    return path.join(mkdtempSync(path.join(tmpdir(), 'relevo-')), 'init.sock');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    // A driver that was killed: nothing to be done.
    socket
      .on('error', () => {})
      .on('close', () => {
        this.#sockets.delete(socket);
        this.#attachments.delete(socket);
      });
    onJsonLines(socket, (value) => {
      const attachment = this.#attachments.get(socket);
      if (attachment) attachment.receive(value as AttachMessage);
      else void this.#handle(socket, value as NumberedRequest);
    });
  }

  async #handle(socket: Socket, request: NumberedRequest): Promise<void> {
    const { number } = request;
    try {
      sendJsonLine(socket, { number, answer: await this.#carryOut(socket, request) } satisfies Message);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      sendJsonLine(socket, { number, failed: message, code } satisfies Message);
    }
  }

  #carryOut(socket: Socket, request: Request): Promise<unknown> | unknown {
    switch (request.call) {
      case 'start':
        return this.#noted(this.#start(request.order));
      case 'stop':
        return this.#stop(request.id, request.graceMs);
      case 'forget':
        return this.#forget(request.id);
      case 'list':
        return this.#list();
      case 'bind':
        return void socket.once('close', () => this.#killMarkedWith(request.markerPart));
      case 'attach':
        return this.#attach(socket, request);
    }
  }

  #attach(socket: Socket, request: AttachRequest): AttachAnswer {
    const program = this.#programs.get(request.id);
    if (!program) throw new Error('the container does not run');
    const attachment = new Attachment(socket, program, request);
    this.#attachments.set(socket, attachment);
    return attachment.begin();
  }

  #killMarkedWith(part: string): void {
    for (const marker of liveMarkers(this.#options.markerPrefix)) {
      if (marker.includes(part)) killMarkedProcesses(marker);
    }
  }

  async #start(order: ProgramOrder): Promise<ProgramRecord> {
    const program = new Program(order, this.#options.clock, this.#limiter);
    await program.start();
    this.#programs.set(order.id, program);
    this.#records.write(program.record);
    void program.ended.then(() => this.#ended(program));
    return program.record;
  }

  #noted<T>(starting: Promise<T>): Promise<T> {
    const over: Promise<unknown> = starting.catch(() => {}).then(() => this.#starting.delete(over));
    this.#starting.add(over);
    return starting;
  }

  /** With those that are being started: whoever asked for them may have died, and a successor would start them once more. */
  async #list(): Promise<ProgramRecord[]> {
    const patience = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(startingMs, patience.resolve);
    await Promise.race([Promise.all(this.#starting), patience.promise]);
    cancel();
    return [...this.#past.values(), ...[...this.#programs.values()].map((program) => program.record)];
  }

  async #stop(id: string, graceMs: number): Promise<ProgramRecord | undefined> {
    await this.#programs.get(id)?.stop(graceMs);
    return this.#past.get(id);
  }

  async #forget(id: string): Promise<void> {
    await this.#stop(id, 0);
    this.#past.delete(id);
    this.#records.remove(id);
  }

  #ended(program: Program): void {
    const { record } = program;
    this.#records.write(record);
    this.#programs.delete(record.order.id);
    this.#past.set(record.order.id, record);
    for (const socket of this.#sockets) {
      if (!this.#attachments.has(socket)) sendJsonLine(socket, { exited: record } satisfies Message);
    }
  }
}
