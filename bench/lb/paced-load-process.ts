// Requests at a fixed rate on kept connections; each latency counts from when the request should have been sent. Arguments: port, rate,
// seconds, connections. Prints {p50, p99, count, failed} as JSON, milliseconds.

import { connect, type Socket } from 'node:net';
import { percentile } from '../measure/samples.ts';

const [port = 0, rate = 0, seconds = 0, width = 0] = process.argv.slice(2).map(Number);
const request = 'GET /small HTTP/1.1\r\nHost: bench.example.org\r\n\r\n';

class Lane {
  readonly #socket: Socket;
  /** When those in flight should have been sent, in order. */
  readonly #due: number[] = [];
  readonly latencies: number[] = [];
  #body = 0;
  #rest = '';

  constructor() {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => this.#take(chunk.toString('latin1')));
  }

  send(due: number): void {
    this.#due.push(due);
    this.#socket.write(request);
  }

  get waiting(): number {
    return this.#due.length;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#rest += text;
    for (;;) {
      if (this.#body === 0) {
        const end = this.#rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        const length = /content-length: (\d+)/i.exec(this.#rest.slice(0, end))?.[1];
        this.#body = end + 4 + Number(length);
      }
      if (this.#rest.length < this.#body) return;
      this.#rest = this.#rest.slice(this.#body);
      this.#body = 0;
      const due = this.#due.shift();
      if (due !== undefined) this.latencies.push(performance.now() - due);
    }
  }
}

const lanes = Array.from({ length: width }, () => new Lane());
const began = performance.now();
let sent = 0;

function pace(): void {
  const elapsed = performance.now() - began;
  const due = Math.min(elapsed / 1_000, seconds) * rate;
  while (sent < due) lanes[sent % width]?.send(began + (sent++ / rate) * 1_000);
  if (elapsed < seconds * 1_000) setImmediate(pace);
  else setTimeout(finish, 500);
}

function finish(): void {
  // The first second warms up.
  const skipped = Math.ceil(rate / width);
  const all = Float64Array.from(lanes.flatMap(({ latencies }) => latencies.slice(skipped))).sort();
  const failed = lanes.reduce((sum, lane) => sum + lane.waiting, 0);
  const result = { p50: percentile(all, 0.5), p99: percentile(all, 0.99), count: all.length, failed };
  process.stdout.write(`${JSON.stringify(result)}\n`);
  for (const lane of lanes) lane.close();
}

setTimeout(pace, 200);
