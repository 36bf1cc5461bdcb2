// The runtime's line to its node-init, which it starts when there is none.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryUrl } from '../../base/entry.ts';
import { processIdentity } from '../../base/process-identity.ts';
import { onJsonLines, sendJsonLine } from './json-lines.ts';
import type {
  Answers,
  Message,
  NodeInitAddress,
  NodeInitConfig,
  NumberedRequest,
  ProgramRecord,
  Request,
} from './node-init/messages.ts';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** The line broke before the answer came: node-init has died, and what runs on the node dies with it. */
export class NodeInitLostError extends Error {
  override name = 'NodeInitLostError';
}

export interface ConnectionHandlers {
  exited(record: ProgramRecord): void;
  /** Not after close(). */
  lost(): void;
}

export class NodeInitConnection {
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  #number = 0;

  private constructor(socket: Socket, handlers: ConnectionHandlers) {
    this.#socket = socket;
    socket.on('error', () => {});
    socket.once('close', () => {
      for (const { reject } of this.#pending.values()) reject(new NodeInitLostError('node-init has died'));
      this.#pending.clear();
      handlers.lost();
    });
    onJsonLines(socket, (value) => this.#receive(value as Message, handlers));
  }

  /** Of the node-init that runs in the folder, or of a new one. */
  static async open(config: NodeInitConfig, handlers: ConnectionHandlers): Promise<NodeInitConnection> {
    const running = runningNodeInit(config.folder) ?? (await startNodeInit(config));
    const socket = connect(running.socket);
    await once(socket, 'connect');
    return new NodeInitConnection(socket, handlers);
  }

  /** Rejects with the system's error (its `code` included) or NodeInitLostError. */
  call<R extends Request>(request: R): Promise<Answers[R['call']]> {
    const number = ++this.#number;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    if (this.#socket.writable) {
      this.#pending.set(number, { resolve, reject });
      sendJsonLine(this.#socket, { ...request, number } as NumberedRequest);
    } else reject(new NodeInitLostError('node-init has died'));
    return promise as Promise<Answers[R['call']]>;
  }

  /** The handlers hear nothing more. Idempotent. */
  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.removeAllListeners('data');
    this.#socket.destroy();
    for (const { reject } of this.#pending.values()) reject(new NodeInitLostError('the runtime was closed'));
    this.#pending.clear();
  }

  #receive(message: Message, handlers: ConnectionHandlers): void {
    if ('exited' in message) {
      handlers.exited(message.exited);
      return;
    }
    const pending = this.#pending.get(message.number);
    this.#pending.delete(message.number);
    if ('failed' in message) {
      const { failed, code } = message;
      pending?.reject(Object.assign(new Error(failed), { code }));
    } else pending?.resolve(message.answer);
  }
}

/** Where a node-init says how it is reached; it stays when node-init is gone. */
export function initAddressFile(folder: string): string {
  return path.join(folder, 'init.json');
}

/** The living node-init of a folder. */
export function runningNodeInit(folder: string): NodeInitAddress | undefined {
  try {
    const address: NodeInitAddress = JSON.parse(readFileSync(initAddressFile(folder), 'utf8'));
    return processIdentity(address.pid) === address.identity ? address : undefined;
  } catch {
    return undefined;
  }
}

/** In a session of its own, holding nothing of this process: it outlives it. */
async function startNodeInit(config: NodeInitConfig): Promise<NodeInitAddress> {
  const log = openSync(path.join(config.folder, 'init.log'), 'a', 0o600);
  const entry = fileURLToPath(entryUrl('runtime/process/node-init-process'));
  const child = fork(entry, [JSON.stringify(config)], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const [news] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  const address = runningNodeInit(config.folder);
  if (news !== 'ready' || !address) throw new Error(`node-init did not start: see ${config.folder}/init.log`);
  child.unref();
  return address;
}
