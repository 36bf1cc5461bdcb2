// Pseudo-terminals, by the native part of a package, which is loaded with the first of them. Of that package nothing else is used: it would
// drop output that is read slowly, and wait for input that is not read.

import { openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import path from 'node:path';
import { PassThrough, type Readable, Writable } from 'node:stream';
import { ReadStream } from 'node:tty';
import type { TerminalSize } from '../../runtime.ts';
import { withTerminalsOf } from './terminal-lead.ts';

/** This end of a terminal. */
export interface OpenTerminal {
  /** What its first program opens: `/dev/pts/7`. */
  readonly path: string;
  /** The programs' end, which keeps it alive until one of them has it. Close it then. */
  readonly programFd: number;
  /** Ends when no program has the terminal any more. Destroying it closes this end: the kernel hangs up. */
  readonly output: Readable;
  /** Ending it types Ctrl-D. */
  readonly input: Writable;
  /** After the end: nothing. */
  resize(size: TerminalSize): void;
}

/** As child_process takes it. */
type Stdio = number | 'ignore' | 'pipe';

/** All of it is synchronous; open() throws the system's errors. */
interface NativeTerminals {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
  resize(fd: number, columns: number, rows: number): void;
}

/** Not described by the package's types. */
const nativePart: string = '@lydell/node-pty/requireBinary.js';
const busyRetryMs = 5;
const noBytes = Buffer.alloc(0);
const endOfTransmission = Buffer.from([4]);
const masters = new Set<number>();
let nullFd: number | undefined;
let loaded: NativeTerminals | null | undefined;

/** Undefined where the package has nothing for this machine. `folder`: where another devpts than the machine's is mounted, to be taken. */
export async function openTerminal(
  { columns, rows }: TerminalSize,
  folder?: string,
): Promise<OpenTerminal | undefined> {
  loaded ??= await load();
  if (!loaded) return undefined;
  const native = loaded;
  const open = () => {
    const opened = native.open(columns, rows);
    masters.add(opened.master);
    return opened;
  };
  const { master, slave, pty } = await (folder === undefined ? open() : withTerminalsOf(folder, open));
  const stream = new MasterStream(master);
  return {
    path: folder === undefined ? pty : path.join(folder, path.basename(pty)),
    programFd: slave,
    output: outputOf(stream),
    input: inputOf(stream),
    resize: (size) => {
      if (!stream.destroyed) native.resize(master, size.columns, size.rows);
    },
  };
}

/**
 * For the stdio of whatever is started: this end of terminals is not closed by the package when a program starts, and one that had it
 * could read and write a terminal of others, and would keep it from being hung up. In its place the program finds /dev/null.
 */
export function withoutTerminals(stdio: readonly Stdio[]): Stdio[] {
  if (masters.size === 0) return [...stdio];
  nullFd ??= openSync(devNull, 'r+');
  const masked = [...stdio];
  for (let fd = stdio.length; fd <= Math.max(...masters); fd++) {
    masked[fd] = masters.has(fd) ? nullFd : 'ignore';
  }
  return masked;
}

/** The number may be given to another file as soon as it is closed. */
class MasterStream extends ReadStream {
  readonly number: number;

  constructor(fd: number) {
    super(fd);
    this.number = fd;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    masters.delete(this.number);
    super._destroy(error, callback);
  }
}

/** The end of a terminal comes as the error EIO. */
function outputOf(stream: MasterStream): Readable {
  const output = new PassThrough();
  stream.on('error', () => {}).once('close', () => output.end());
  stream.pipe(output, { end: false });
  return output.once('close', () => stream.destroy());
}

/** Not by the stream, which would stand still until the program reads. */
function inputOf(stream: MasterStream): Writable {
  const type = (bytes: Buffer, done: () => void): void => {
    const left = stream.destroyed ? noBytes : bytes.subarray(typed(stream.number, bytes));
    if (left.length === 0) done();
    else setTimeout(type, busyRetryMs, left, done).unref();
  };
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => type(chunk, done),
    final: (done) => type(endOfTransmission, done),
  });
}

/** How many bytes found room. When the terminal is gone: all, since nobody is to wait for it. */
function typed(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : bytes.length;
  }
}

async function load(): Promise<NativeTerminals | null> {
  try {
    const { requireBinary } = await import(nativePart);
    return requireBinary('pty.node');
  } catch {
    return null;
  }
}
