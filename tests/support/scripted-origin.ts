// A server that does what each request says it should do with it, good and bad: the script is in the target. It tells what it understood of
// the request, so that whoever sent it can compare.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { contentOf, sumOf } from './content.ts';
import type { Ending } from './ending.ts';

/**
 * reset: the connection, without a word. resetInside: after half of the answer. garbage: something that is no HTTP. early: answers, and closes,
 * without having read the body. trickle: a byte at a time, up to the body. pause: reads nothing of the body for a moment.
 */
export type Trouble = 'reset' | 'resetInside' | 'garbage' | 'early' | 'trickle' | 'pause' | 'hang';

export interface Script {
  /** How the end of the answer is told. */
  readonly form: 'length' | 'chunked' | 'close';
  readonly bytes: number;
  readonly seed: number;
  readonly status?: number;
  readonly trouble?: Trouble;
  /** Only the first so many times that it comes, told by `seed` and counted over all origins; default always. */
  readonly times?: number;
  readonly delayMs?: number;
  /** 103 before the answer. */
  readonly hints?: boolean;
}

/** How often scripts with trouble came, to whichever origin. */
const comings = new Map<number, number>();

export function targetOf(script: Script): string {
  return `/script?${encodeURIComponent(JSON.stringify(script))}`;
}

export class ScriptedOrigin {
  readonly name: string;
  port = 0;
  /** Requests whose head arrived, by method and target. */
  readonly seen: string[] = [];
  /** How many connections were made. */
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isStopped = false;

  private constructor(name: string) {
    this.name = name;
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response);
    this.#server = createServer({ keepAliveTimeout: 60_000 }, serve);
    this.#server.on('checkContinue', serve);
    this.#server.on('upgrade', echo);
    this.#server.on('connection', (socket: Socket) => this.#keep(socket));
  }

  static async start(t: Ending, name: string): Promise<ScriptedOrigin> {
    const origin = new ScriptedOrigin(name);
    await new Promise<void>((resolve) => origin.#server.listen(0, '127.0.0.1', 2_048, resolve));
    origin.port = (origin.#server.address() as AddressInfo).port;
    t.after(() => origin.stop());
    return origin;
  }

  get open(): number {
    return this.#sockets.size;
  }

  /** Connections are reset, new ones refused. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) {
      // One that is just ending cannot be reset any more, and would be left open.
      if (socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
    await closed;
  }

  /** Ends connections as a server does whose keep-alive time is over. */
  endConnections(): void {
    for (const socket of this.#sockets) socket.end();
  }

  #keep(socket: Socket): void {
    // Accepted, though nobody listens any more.
    if (this.#isStopped) {
      socket.destroy();
      return;
    }
    this.connections++;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    request.on('error', () => {});
    response.on('error', () => {});
    this.seen.push(`${method} ${url}`);
    const script = scriptOf(url);
    const trouble = troubleOf(script);
    if (await fails(trouble, script, request, response)) return;
    if (request.headers.expect !== undefined) response.writeContinue();
    const body = await bodyOf(request, trouble === 'pause').catch(() => undefined);
    if (body === undefined) return;
    if (script.delayMs) await pause(script.delayMs);
    if (script.hints) response.writeEarlyHints({ link: '</style.css>; rel=preload' });
    this.#answer(script, trouble, method, sumOf(body), response);
  }

  #answer(
    { form, bytes, seed, status = 200 }: Script,
    trouble: Trouble | undefined,
    method: string,
    sum: number,
    response: ServerResponse,
  ): void {
    const headers: Record<string, string> = {
      'x-server': this.name,
      'x-sum': String(sum),
      'x-method': method,
    };
    if (form === 'length') headers['content-length'] = String(bytes);
    if (form === 'close') headers.connection = 'close';
    // HTTP/1.0, which HAProxy passes on as it came, knows no chunks.
    response.useChunkedEncodingByDefault = form === 'chunked' && response.req.httpVersion !== '1.0';
    const content = contentOf(seed, bytes);
    response.writeHead(status, headers);
    if (trouble !== 'resetInside') return void writeInPieces(response, content);
    response.write(content.subarray(0, bytes / 2), () => response.socket?.resetAndDestroy());
  }
}

function troubleOf({ trouble, times = Number.POSITIVE_INFINITY, seed }: Script): Trouble | undefined {
  if (trouble === undefined) return undefined;
  const count = (comings.get(seed) ?? 0) + 1;
  comings.set(seed, count);
  return count <= times ? trouble : undefined;
}

/** Several writes, so that pieces and chunks of the body are not those of the reads. */
function writeInPieces(response: ServerResponse, content: Buffer): void {
  const half = Math.floor(content.length / 3);
  if (half > 0) response.write(content.subarray(0, half));
  response.end(content.subarray(half));
}

/** Whether the request was dealt with, by making trouble before anything of its body was read. */
async function fails(
  trouble: Trouble | undefined,
  script: Script,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { socket } = request;
  if (trouble === 'reset') socket.resetAndDestroy();
  else if (trouble === 'garbage') socket.end('HTTP/1.1 nonsense\r\nno colon\r\n\r\n');
  else if (trouble === 'early') {
    const head = `HTTP/1.1 ${script.status ?? 413} Early\r\nContent-Length: ${script.bytes}\r\nConnection: close\r\n\r\n`;
    socket.write(Buffer.concat([Buffer.from(head), contentOf(script.seed, script.bytes)]), () =>
      socket.destroy(),
    );
  } else if (trouble === 'trickle') await trickle(script, socket);
  else if (trouble !== 'hang') return false;
  response.detachSocket?.(socket);
  return true;
}

async function trickle({ seed, bytes }: Script, socket: Socket): Promise<void> {
  const head = `HTTP/1.1 200 Slowly\r\nContent-Length: ${bytes}\r\nConnection: close\r\n\r\n`;
  for (const character of head) {
    socket.write(character);
    await pause(0);
  }
  socket.end(contentOf(seed, bytes));
}

function echo(request: IncomingMessage, socket: Socket, first: Buffer): void {
  socket.on('error', () => {});
  const protocol = request.headers.upgrade ?? '';
  const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${protocol}\r\nConnection: Upgrade\r\n\r\n`;
  socket.write(Buffer.concat([Buffer.from(head), first]));
  socket.pipe(socket);
}

async function bodyOf(request: IncomingMessage, pausing: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (pausing) await pause(30);
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function scriptOf(url: string): Script {
  const mark = url.indexOf('?');
  if (mark < 0) return { form: 'length', bytes: 10, seed: 1 };
  return JSON.parse(decodeURIComponent(url.slice(mark + 1)));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}
