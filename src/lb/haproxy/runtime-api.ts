// HAProxy's runtime API: commands one after the other over one connection. An attached connection also keeps a stopping process from
// ending before its last numbers were read.

import { connect, type Socket } from 'node:net';

/** Behind each answer in interactive mode. No line of an answer begins with it. */
const promptText = '\n> ';
const timeoutMs = 10_000;

interface Waiting {
  readonly command: string;
  resolve(answer: string): void;
  reject(error: Error): void;
  readonly timer: NodeJS.Timeout;
}

export class RuntimeApi {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #text = '';
  #failure: Error | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('haproxy closed its runtime API')));
  }

  /** Rejects when nobody listens there, or nobody answers. */
  static async open(path: string): Promise<RuntimeApi> {
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const api = new RuntimeApi(socket);
    await api.send('prompt');
    return api;
  }

  /**
   * The answer, without white space around it. Commands are carried out in the order of the calls. Rejects when the process is gone or
   * does not answer; a command that HAProxy refuses is not rejected.
   */
  send(command: string): Promise<string> {
    if (this.#failure) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => this.#expire(command), timeoutMs);
    this.#waiting.push({ command, resolve, reject, timer });
    this.#socket.write(`${command}\n`);
    return promise;
  }

  /** As send(), but rejects with HAProxy's words where it says anything but one of `fine` or nothing. */
  async order(command: string, fine: RegExp = /^$/): Promise<void> {
    const answer = await this.send(command);
    if (answer !== '' && !fine.test(answer))
      throw new Error(`haproxy refuses ${firstLine(command)}: ${firstLine(answer)}`);
  }

  /** Idempotent. What is waited for is rejected. */
  close(): void {
    this.#fail(new Error('closed'));
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#text += text;
    let end = this.#text.indexOf(promptText);
    while (end >= 0) {
      const answer = this.#text.slice(0, end).trim();
      this.#text = this.#text.slice(end + promptText.length);
      const waiting = this.#waiting.shift();
      if (waiting) clearTimeout(waiting.timer);
      waiting?.resolve(answer);
      end = this.#text.indexOf(promptText);
    }
  }

  // Later answers could not be told from the one that is missing.
  #expire(command: string): void {
    this.#fail(new Error(`haproxy does not answer ${firstLine(command)} within ${timeoutMs} ms`));
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject, timer } of this.#waiting.splice(0)) {
      clearTimeout(timer);
      reject(this.#failure);
    }
  }
}

/** Never more: what follows may be a key. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** A text as one word of a command. */
export function argument(text: string): string {
  return text.replace(/[\\; ]/g, '\\$&');
}
