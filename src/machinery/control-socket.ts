// How verbs typed in other shells reach the supervisor, also with the API dead: a unix socket for the cluster's owner only. One request
// per connection, a line of JSON each way. Whoever holds the cluster's lock may serve: a socket that is there is then a dead one's.

import { chmodSync, closeSync, openSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { type MachineryCode, MachineryError } from './machinery-error.ts';
import { oneLine } from './supervised-messages.ts';

/** By name; what they get and give is plain JSON. What they throw, the caller is told in one line. */
export type ControlVerbs = Readonly<Record<string, (input: unknown) => unknown>>;

export interface ControlServer {
  /** Removes the socket. Whoever still waits for an answer gets none. Idempotent. */
  close(): Promise<void>;
}

interface Request {
  readonly verb: string;
  readonly input?: unknown;
}

type Reply = { readonly output: unknown } | { readonly error: string; readonly code?: MachineryCode };

/** A request is short. */
const maxRequestBytes = 64 * 1024;
/** What the address of a unix socket may have on Linux and macOS, the end mark excluded. */
const maxAddressBytes = 103;

export async function serveControl(file: string, verbs: ControlVerbs): Promise<ControlServer> {
  const address = shortAddress(file);
  rmSync(file, { force: true });
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A caller that has gone needs no answer.
    socket.on('error', () => {});
    void answer(socket, verbs);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.path, resolve);
  });
  chmodSync(file, 0o600);
  let closing: Promise<void> | undefined;
  return {
    close() {
      closing ??= new Promise<void>((resolve) => server.close(() => resolve())).then(address.release);
      for (const socket of open) socket.destroy();
      return closing;
    },
  };
}

/** Rejects with the verb's own words when it failed (a MachineryError as such), and with an Error when nobody answers, or not within `timeoutMs`. */
export async function callControl<T = unknown>(
  file: string,
  verb: string,
  input?: unknown,
  timeoutMs = 60_000,
): Promise<T> {
  const address = shortAddress(file);
  try {
    const reply = JSON.parse(
      await exchange(address.path, JSON.stringify({ verb, input }), timeoutMs),
    ) as Reply;
    if ('error' in reply) throw refusal(reply.error, reply.code);
    return reply.output as T;
  } finally {
    address.release();
  }
}

async function answer(socket: Socket, verbs: ControlVerbs): Promise<void> {
  let reply: Reply;
  try {
    const { verb, input } = JSON.parse(await textOf(socket)) as Request;
    const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!act) throw new Error(`the cluster knows no "${verb}"; it may run another version of Relevo`);
    reply = { output: (await act(input)) ?? null };
  } catch (error) {
    const code = error instanceof MachineryError ? { code: error.code } : {};
    reply = { error: oneLine(error), ...code };
  }
  socket.end(JSON.stringify(reply));
}

function refusal(message: string, code: MachineryCode | undefined): Error {
  return code === undefined ? new Error(message) : new MachineryError(code, message);
}

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) {
    text += chunk;
    if (text.length > maxRequestBytes) throw new Error('the request is too long');
  }
  return text;
}

function exchange(address: string, request: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address, () => socket.end(request));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer for ${timeoutMs / 1000} s`)));
    socket.on('error', (cause) => reject(unanswered(cause)));
    socket.on('end', () => (text === '' ? reject(unanswered()) : resolve(text)));
  });
}

function unanswered(cause?: Error): Error {
  return new Error(`the cluster does not answer${cause ? ` (${cause.message})` : ''}`, { cause });
}

/** The address of a unix socket is short: a long one is reached, on Linux, through a handle of its folder. */
function shortAddress(file: string): { path: string; release(): void } {
  if (Buffer.byteLength(file) <= maxAddressBytes) return { path: file, release() {} };
  if (process.platform !== 'linux')
    throw new Error(`${file}: the path is too long: set RELEVO_HOME to a shorter one`);
  let folder: number | undefined = openSync(path.dirname(file), 'r');
  return {
    path: `/proc/self/fd/${folder}/${path.basename(file)}`,
    release() {
      if (folder !== undefined) closeSync(folder);
      folder = undefined;
    },
  };
}
