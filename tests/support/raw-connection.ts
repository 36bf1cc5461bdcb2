// A client that writes the bytes it likes and reads answers one by one, with an understanding of HTTP of its own.

import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  /** HTTP/1.minor. */
  readonly minor: number;
  /** By lower-case names; of several the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** 1xx that came before it. */
  readonly informed: readonly number[];
  /** Whether it came as long as it said. */
  readonly isWhole: boolean;
}

export class RawConnection {
  readonly socket: Socket;
  isEnded = false;
  isReset = false;
  /** What has come, put together only when somebody looks: large bodies come in many pieces. */
  readonly #pieces: Buffer[] = [];
  #length = 0;
  #heard: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.#pieces.push(chunk);
      this.#length += chunk.length;
      this.#heard();
    });
    socket.on('error', () => {
      this.isReset = true;
    });
    socket.on('end', () => this.#end());
    socket.on('close', () => this.#end());
  }

  static open(port: number, address = '127.0.0.1'): RawConnection {
    return new RawConnection(connect({ port, host: address, noDelay: true, allowHalfOpen: true }));
  }

  /** Resolves when it has left, or cannot. */
  write(data: Buffer | string): Promise<void> {
    return new Promise((resolve) => void this.socket.write(data, () => resolve()));
  }

  close(): void {
    this.socket.destroy();
  }

  /** Until that many bytes are there behind the last answer, or the connection is over. */
  async bytes(count: number): Promise<Buffer> {
    while (this.#length < count && !this.isEnded) await this.#more();
    return this.#take(Math.min(count, this.#length));
  }

  async untilEnd(): Promise<void> {
    while (!this.isEnded) await this.#more();
  }

  /** The next answer; undefined when the connection ended before its head was there. */
  async answer(method: string): Promise<RawAnswer | undefined> {
    const informed: number[] = [];
    for (;;) {
      const head = await this.#head();
      if (head === undefined) return undefined;
      const [, minor = '', status = ''] = /^HTTP\/1\.([01]) (\d{3}) /.exec(head) ?? [];
      if (status === '') throw new Error(`no answer but ${JSON.stringify(head)}`);
      if (status.startsWith('1') && status !== '101') {
        informed.push(Number(status));
        continue;
      }
      const headers = headersOf(head);
      const { body, isWhole } = await this.#body(method, Number(status), headers);
      return { status: Number(status), minor: Number(minor), headers, body, informed, isWhole };
    }
  }

  async #head(): Promise<string | undefined> {
    for (;;) {
      const end = this.#whole().indexOf('\r\n\r\n');
      if (end >= 0) return this.#take(end + 4).toString('latin1');
      if (this.isEnded) return undefined;
      await this.#more();
    }
  }

  async #body(
    method: string,
    status: number,
    headers: ReadonlyMap<string, string>,
  ): Promise<{ body: Buffer; isWhole: boolean }> {
    if (method === 'HEAD' || status === 101 || status === 204 || status === 304)
      return { body: Buffer.alloc(0), isWhole: true };
    if (headers.get('transfer-encoding') === 'chunked') return this.#chunks();
    const length = headers.get('content-length');
    if (length === undefined) {
      await this.untilEnd();
      return { body: this.#take(this.#length), isWhole: !this.isReset };
    }
    const body = await this.bytes(Number(length));
    return { body, isWhole: body.length === Number(length) };
  }

  async #chunks(): Promise<{ body: Buffer; isWhole: boolean }> {
    const chunks: Buffer[] = [];
    for (;;) {
      const line = await this.#line();
      if (line === undefined) return { body: Buffer.concat(chunks), isWhole: false };
      const size = Number.parseInt(line, 16);
      const chunk = await this.bytes(size + 2);
      if (chunk.length < size + 2) return { body: Buffer.concat(chunks), isWhole: false };
      if (size === 0) return { body: Buffer.concat(chunks), isWhole: true };
      chunks.push(chunk.subarray(0, -2));
    }
  }

  async #line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#whole().indexOf('\r\n');
      if (end >= 0) return this.#take(end + 2).toString('latin1', 0, end);
      if (this.isEnded) return undefined;
      await this.#more();
    }
  }

  #take(count: number): Buffer {
    const bytes = this.#whole();
    this.#pieces[0] = bytes.subarray(count);
    this.#length -= count;
    return bytes.subarray(0, count);
  }

  #whole(): Buffer {
    if (this.#pieces.length > 1) this.#pieces.splice(0, this.#pieces.length, Buffer.concat(this.#pieces));
    return this.#pieces[0] ?? Buffer.alloc(0);
  }

  #more(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#heard = resolve;
    return promise;
  }

  #end(): void {
    this.isEnded = true;
    this.#heard();
  }
}

function headersOf(head: string): Map<string, string> {
  const lines = head.split('\r\n').slice(1, -2);
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
