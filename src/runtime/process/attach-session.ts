// A container's main program, watched and typed to (`kubectl attach`). Without a terminal its output comes line by line as its log gets it, so
// that a client that stands still never holds the program up.

import { once } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { AttachRequest, LogLine, LogOptions, StreamSession, TerminalSize } from '../runtime.ts';
import type { AttachLine } from './attach-line.ts';
import type { ProgramOrder } from './node-init/messages.ts';
import type { NodePrograms } from './node-programs.ts';

const lineFeed = Buffer.from('\n');

type Exit = { exitCode: number; signal?: number };

/** Gives lines until the container ends or the signal is aborted. */
type ReadLog = (options: LogOptions, signal: AbortSignal) => AsyncIterable<LogLine>;

/** How far back those lines are looked for that come while the log is being opened. */
const mostEarlyLines = 1_000;

/** `now` is wall-clock milliseconds. Rejects when the program ends under it. */
export async function openAttach(
  { id, tty = false, stdin, stdinOnce }: ProgramOrder,
  programs: NodePrograms,
  request: AttachRequest,
  now: number,
  readLog: ReadLog,
): Promise<StreamSession> {
  const wantsStdin = (request.stdin && stdin) ?? false;
  const needsLine = tty || wantsStdin;
  const line = needsLine ? await programs.attach({ id, stdin: wantsStdin, size: request.size }) : undefined;
  // Whoever is the only one that ever types is shown what was said before he came.
  const options = {
    follow: true,
    ...(wantsStdin && stdinOnce ? {} : { tailLines: mostEarlyLines, sinceMs: now }),
  };
  return new AttachSession({
    ...{ line, tty },
    follow: (signal) => readLog(options, signal),
    exited: (signal) => endOf(id, programs, signal),
  });
}

function endOf(id: string, programs: NodePrograms, signal: AbortSignal): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const detach = programs.whenEnded(id, () => {
      const exit = programs.get(id)?.exit;
      if (exit) resolve(exit);
      else reject(new Error('the container was removed'));
    });
    signal.addEventListener('abort', () => {
      detach();
      reject(signal.reason);
    });
  });
}

/** What a session must know of its container. */
interface AttachedContainer {
  /** Undefined when there is neither a terminal nor a stdin. */
  line?: AttachLine;
  tty: boolean;
  /** The lines to come until the container ends or the signal is aborted. */
  follow(signal: AbortSignal): AsyncIterable<LogLine>;
  /** Resolves when it has ended. */
  exited(signal: AbortSignal): Promise<Exit>;
}

class AttachSession implements StreamSession {
  readonly stdin?: Writable;
  readonly stdout: Readable;
  readonly stderr?: Readable;
  readonly exited: Promise<Exit>;
  readonly #line: AttachLine | undefined;
  readonly #closing = new AbortController();

  constructor({ line, tty, follow, exited }: AttachedContainer) {
    const { signal } = this.#closing;
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    this.#line = line;
    if (line?.input) this.stdin = line.input;
    this.stdout = tty && line ? line.output : stdout;
    if (!tty) {
      this.stderr = stderr;
      // Ended or aborted: the streams say so.
      void this.#carry(follow(signal), { stdout, stderr }).catch(() => {});
    }
    this.exited = exited(signal);
    // Whoever closes the session does not wait for the end.
    this.exited.catch(() => {});
  }

  resize(size: TerminalSize): void {
    this.#line?.resize(size);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the session was closed before the container ended'));
    this.#line?.close();
    this.stdout.destroy();
    this.stderr?.destroy();
    await this.exited.catch(() => {});
  }

  async #carry(
    lines: AsyncIterable<LogLine>,
    streams: Record<LogLine['stream'], PassThrough>,
  ): Promise<void> {
    for await (const { stream, data, partial } of lines) {
      const to = streams[stream];
      const hasRoom = to.write(partial ? data : Buffer.concat([data, lineFeed]));
      if (!hasRoom && !to.destroyed) await once(to, 'drain', { signal: this.#closing.signal });
    }
    streams.stdout.end();
    streams.stderr.end();
  }
}
