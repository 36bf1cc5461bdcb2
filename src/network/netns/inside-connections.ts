// Connections to a pod's own loopback, which nobody outside of its network reaches: a small process enters that network, connects there, and
// hands each connection out. What flows over it afterwards does not pass through that process.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { entryUrl } from '../../base/entry.ts';
import { systemPath } from '../../base/run-program.ts';
import type { InsideAnswer, InsideQuestion } from './inside-messages.ts';

export class InsideConnections {
  readonly #namespacePath: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<Socket>>();
  #process: ChildProcess | undefined;
  #asked = 0;

  /** `namespacePath` is that of the network namespace. Nothing is started before the first connection. */
  constructor(namespacePath: string) {
    this.#namespacePath = namespacePath;
  }

  /** To 127.0.0.1 in there, half-open allowed. Rejects with an Error in one line. */
  async connect(port: number): Promise<Socket> {
    this.#process ??= this.#start();
    const number = ++this.#asked;
    const asked = Promise.withResolvers<Socket>();
    this.#waiting.set(number, asked);
    this.#process.send({ number, port } satisfies InsideQuestion);
    return asked.promise;
  }

  /** Those that were handed out go on. Idempotent. */
  close(): void {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
    this.#failAll('the port-forward was closed');
  }

  #start(): ChildProcess {
    const file = fileURLToPath(entryUrl('network/netns/inside-process'));
    const words = [`--net=${this.#namespacePath}`, process.execPath, ...process.execArgv, file];
    const child = spawn('nsenter', words, {
      env: { ...process.env, PATH: systemPath() },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (answer, handle) =>
      this.#answered(answer as InsideAnswer, handle as Socket | undefined),
    );
    child.on('error', (error) => this.#failAll(error.message));
    void once(child, 'exit')
      .catch(() => {})
      .then(() => this.#process === child && this.close());
    return child;
  }

  #answered({ number, problem }: InsideAnswer, socket: Socket | undefined): void {
    const asked = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (problem === undefined && socket && asked)
      asked.resolve(Object.assign(socket, { allowHalfOpen: true }));
    else {
      socket?.destroy();
      asked?.reject(new Error(problem ?? 'the connection was lost'));
    }
  }

  #failAll(problem: string): void {
    for (const asked of this.#waiting.values()) asked.reject(new Error(problem));
    this.#waiting.clear();
  }
}
