// Real pipes for a program's stdout and stderr. Node's own are sockets, which /dev/stdout and /dev/stderr cannot be opened on
// (`echo oops >/dev/stderr` would fail); it has no call for a pipe, so two named ones are made and unlinked at once.

import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

export interface OutputPipe {
  /** What the program writes; ends when the last of its processes has closed it. */
  readable: Socket;
  /** The program's end. Close it here once the program has it. */
  writeFd: number;
}

/** `base` is a path that nothing else uses at this time. */
export async function outputPipes(base: string): Promise<{ stdout: OutputPipe; stderr: OutputPipe }> {
  const names = [`${base}.stdout`, `${base}.stderr`] as const;
  // Of a start that a crash cut short: a pod's sandbox has the same path each time.
  for (const name of names) rmSync(name, { force: true });
  await promisify(execFile)('mkfifo', ['-m', '600', ...names]);
  try {
    return { stdout: opened(names[0]), stderr: opened(names[1]) };
  } finally {
    for (const name of names) rmSync(name, { force: true });
  }
}

/** The reading end first, without waiting for a writer; then the other does not wait either. */
function opened(name: string): OutputPipe {
  const fd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const writeFd = openSync(name, constants.O_WRONLY);
    return { readable: new Socket({ fd, readable: true, writable: false }), writeFd };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
