// HAProxy's runtime API: commands one after the other over one connection. An attached connection also keeps a stopping process from
// ending before its last numbers were read.

import { connect, type Socket } from 'node:net';

/** Behind each answer in interactive mode. No line of an answer begins with it. */
const promptText = '\n> ';
const timeoutMs = 10_000;

interface Waiting {
  readonly command: string;
  /** On the monotonic clock: when it was sent. */
  readonly at: number;
  resolve(answer: string): void;
  reject(error: Error): void;
}

export class RuntimeApi {
  readonly #socket: Socket;
  #waiting: Waiting[] = [];
  /** Sent together at the end of the turn in which the first of them came: a hundred commands are one write. */
  #unsent = '';
  #text = '';
  #failure: Error | undefined;
  #timer: NodeJS.Timeout | undefined;

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
    this.#waiting.push({ command, at: performance.now(), resolve, reject });
    this.#timer ??= setTimeout(() => this.#watch(), timeoutMs);
    if (this.#unsent === '') queueMicrotask(() => this.#flush());
    this.#unsent += `${command}\n`;
    return promise;
  }

  /** As send(), but rejects with HAProxy's words where it says anything but one of `fine` or nothing. */
  async order(command: string, fine: RegExp = /^$/): Promise<string> {
    const answer = await this.send(command);
    if (answer !== '' && !fine.test(answer))
      throw new Error(`haproxy refuses ${firstLine(command)}: ${firstLine(answer)}`);
    return answer;
  }

  /** Idempotent. What is waited for is rejected. */
  close(): void {
    this.#fail(new Error('closed'));
    this.#socket.destroy();
  }

  #flush(): void {
    const text = this.#unsent;
    this.#unsent = '';
    if (!this.#failure) this.#socket.write(text);
  }

  #read(text: string): void {
    this.#text += text;
    const answers = this.#text.split(promptText);
    this.#text = answers.pop() ?? '';
    const answered = this.#waiting.slice(0, answers.length);
    this.#waiting = this.#waiting.slice(answers.length);
    for (const [index, { resolve }] of answered.entries()) resolve((answers[index] ?? '').trim());
  }

  // One timer for all: the oldest is answered first.
  #watch(): void {
    const [oldest] = this.#waiting;
    this.#timer = undefined;
    if (!oldest) return;
    const leftMs = oldest.at + timeoutMs - performance.now();
    if (leftMs > 0) this.#timer = setTimeout(() => this.#watch(), leftMs);
    else this.#expire(oldest.command);
  }

  // Later answers could not be told from the one that is missing.
  #expire(command: string): void {
    this.#fail(new Error(`haproxy does not answer ${firstLine(command)} within ${timeoutMs} ms`));
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    clearTimeout(this.#timer);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
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
