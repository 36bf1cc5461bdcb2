// A command's streams carried to a client far away, whichever way they are carried: what exec and attach do.

import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { StreamSession, TerminalSize } from '../../runtime/runtime.ts';

/** What the client opened. The carrier ends the readables when the client has gone. */
export interface RemoteStreams {
  readonly stdin?: Readable;
  readonly stdout?: Writable;
  readonly stderr?: Writable;
  /** Lines of JSON: `{"Width":80,"Height":24}`. */
  readonly resize?: Readable;
  /** Resolves when the client has gone. */
  readonly gone: Promise<void>;
  /** Sends how it ended, after all that was written, and closes. */
  end(status: CommandStatus): Promise<void>;
}

/** A metav1.Status. */
export type CommandStatus = Readonly<Record<string, unknown>>;

/** Which streams the client asks for. */
export interface StreamWish {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/** Resolves when it is over; never rejects: what goes wrong is told to the client. */
export async function carry(open: () => Promise<StreamSession>, streams: RemoteStreams): Promise<void> {
  let session: StreamSession;
  try {
    session = await open();
  } catch (error) {
    await streams.end(failure((error as Error).message));
    return;
  }
  const leave = () => void session.close();
  void streams.gone.then(leave);
  if (session.stdin) streams.stdin?.pipe(session.stdin);
  if (streams.resize) followSize(streams.resize, session);
  try {
    await Promise.all([pour(session.stdout, streams.stdout), pour(session.stderr, streams.stderr)]);
    const { exitCode } = await session.exited;
    await streams.end(exitCode === 0 ? success : exitStatus(exitCode));
  } catch (error) {
    await streams.end(failure(`the streams broke: ${(error as Error).message}`));
  } finally {
    await session.close();
  }
}

/** Ends it; resolves when everything is on its way, or cannot be. */
export async function finish(writer: Writable): Promise<void> {
  writer.end();
  await finished(writer, { readable: false }).catch(() => {});
}

const success: CommandStatus = { metadata: {}, status: 'Success' };

/** What kubectl takes its own exit code from. */
function exitStatus(exitCode: number): CommandStatus {
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function failure(message: string): CommandStatus {
  return { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
}

/** Resolves when everything is read; what nobody wants is read, too, or the program would stand still. */
async function pour(from: Readable | undefined, to: Writable | undefined): Promise<void> {
  if (!from || from.readableEnded || from.destroyed) return;
  if (to) from.pipe(to, { end: false });
  else from.resume();
  await once(from, 'close');
}

function followSize(resize: Readable, session: StreamSession): void {
  resize.on('data', (chunk: Buffer) => {
    const size = sizeIn(chunk);
    if (size) session.resize(size);
  });
}

/** Every message is one value; of several that come together the last counts. */
function sizeIn(chunk: Buffer): TerminalSize | undefined {
  const last = chunk
    .toString('utf8')
    .match(/\{[^{}]*\}/g)
    ?.at(-1);
  try {
    const { Width, Height } = JSON.parse(last ?? '');
    return Width > 0 && Height > 0 ? { columns: Width, rows: Height } : undefined;
  } catch {
    return undefined;
  }
}
