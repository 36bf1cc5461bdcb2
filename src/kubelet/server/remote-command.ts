// A command's streams carried to a client far away, whichever way they are carried: what exec and attach do.

import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { StreamSession, TerminalSize } from '../../runtime/runtime.ts';
import { TerminalSizes } from './terminal-sizes.ts';

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

/** Opens what the client is connected to; with the size of its terminal, when that is known. */
export type OpenSession = (size?: TerminalSize) => Promise<StreamSession>;

/** Resolves when it is over; never rejects: what goes wrong is told to the client. */
export async function carry(open: OpenSession, streams: RemoteStreams): Promise<void> {
  const sizes = new TerminalSizes(streams.resize);
  let session: StreamSession;
  try {
    const size = await sizes.first();
    session = await open(size);
    sizes.follow(session, size);
  } catch (error) {
    await streams.end(failure((error as Error).message));
    return;
  }
  const leave = () => void session.close();
  void streams.gone.then(leave);
  if (session.stdin) streams.stdin?.pipe(session.stdin);
  else streams.stdin?.resume();
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
