// A TLS connection on which a test writes whatever it likes, to the API of a real cluster.

import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';

/** Where the API is and, for whoever shall be somebody, with which certificate. */
export interface Door {
  readonly port: number;
  readonly ca: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

export class RawTls {
  readonly socket: TLSSocket;
  received = '';
  isClosed = false;

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.received += chunk.latin1Slice();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
  }

  static async open(door: Door): Promise<RawTls> {
    const socket = connect({ host: '127.0.0.1', ...door });
    await once(socket, 'secureConnect');
    return new RawTls(socket);
  }

  /** Sends a request that asks for the connection's end, as requestOf() makes it. Resolves with the status of its answer, or `closed`, and all that came. */
  static async ask(
    door: Door,
    request: string | Buffer,
  ): Promise<{ status: number | 'closed'; text: string }> {
    const raw = await RawTls.open(door);
    raw.socket.write(request);
    // Not once(): a reset is an end as well.
    await new Promise((resolve) => raw.socket.on('close', resolve));
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(raw.received)?.[1];
    return { status: status === undefined ? 'closed' : Number(status), text: raw.received };
  }
}

/** The bytes of a request; ends the connection after its answer. */
export function requestOf(
  line: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Buffer {
  const all = {
    host: 'x',
    connection: 'close',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`${line} HTTP/1.1\r\n${head.join('')}\r\n`, 'latin1'),
    typeof body === 'string' ? Buffer.from(body) : body,
  ]);
}
