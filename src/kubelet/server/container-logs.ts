// A container's log as text, the way `kubectl logs` shows it.

import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { LogLine, Runtime } from '../../runtime/runtime.ts';
import type { LogWish } from './request-target.ts';

/** Streams until the log ends or the client has gone. Rejects, with nothing sent yet, when there is no such log. */
export async function sendLogs(
  response: ServerResponse,
  runtime: Runtime,
  id: string,
  wish: LogWish,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const lines = runtime.logs(id, wish, gone.signal)[Symbol.asyncIterator]();
  let next = lines.next();
  // Whoever follows wants to know that it is connected before there is anything to read.
  if (!wish.follow) await next;
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  response.flushHeaders();
  const view = new LogText(wish);
  for (let step = await next; !step.done && !gone.signal.aborted; step = await next) {
    const text = view.show(step.value);
    if (!send(response, text)) await drained(response, gone.signal);
    if (view.isFull) break;
    next = lines.next();
  }
  gone.abort();
  await lines.return?.();
  response.end();
}

class LogText {
  readonly #timestamps: boolean;
  #room: number;
  #atLineStart = true;

  constructor({ timestamps, limitBytes }: LogWish) {
    this.#timestamps = timestamps;
    this.#room = limitBytes;
  }

  get isFull(): boolean {
    return this.#room <= 0;
  }

  show({ time, data, partial }: LogLine): Buffer {
    const stamp = this.#timestamps && this.#atLineStart ? `${time} ` : '';
    this.#atLineStart = !partial;
    const text = Buffer.concat([Buffer.from(stamp), data, Buffer.from(partial ? '' : '\n')]);
    const shown = text.length > this.#room ? text.subarray(0, this.#room) : text;
    this.#room -= shown.length;
    return shown;
  }
}

/** Lines that come together travel together. The socket is corked, not the response, whose end() would overtake what it holds back. */
function send(response: ServerResponse, text: Buffer): boolean {
  const { socket } = response;
  if (socket?.writableCorked === 0) {
    socket.cork();
    setImmediate(() => socket.uncork());
  }
  return response.write(text);
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  await once(response, 'drain', { signal }).catch(() => {});
}
