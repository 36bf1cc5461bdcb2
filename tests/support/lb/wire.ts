// A plain TCP connection on which a test writes whatever bytes it likes, and everything that came back.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { eventually } from '../eventually.ts';

export class Wire {
  readonly socket: Socket;
  received = '';
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    const over = () => {
      this.closed = true;
    };
    // The other side's end is its close for a client, half open or not.
    socket.on('end', over).on('close', over);
  }

  static async open(t: TestContext, port: number): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return new Wire(socket);
  }

  until(text: string | RegExp): Promise<true> {
    return eventually(() => {
      const has = typeof text === 'string' ? this.received.includes(text) : text.test(this.received);
      if (has) return true;
      throw new Error(`${text} did not come, but ${JSON.stringify(this.received)}`);
    });
  }
}
