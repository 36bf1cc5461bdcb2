// The access log as a descriptor that all processes inherit. HAProxy takes O_APPEND off what it writes to, so they share one description of
// the file, whose place moves with each line, and that begins behind what is there.

import { spawnSync } from 'node:child_process';
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';

export class AccessLogDescriptor {
  #open: { readonly file: string; readonly descriptor: number } | undefined;
  #serial = 0;

  /** Another one for each file that was opened: a process with an older one writes to a file that was put aside. */
  get serial(): number {
    return this.#serial;
  }

  /** Whether the file has another name by now, or none: log rotation. */
  get wasPutAside(): boolean {
    return this.#open !== undefined && !isStillThere(this.#open.file, this.#open.descriptor);
  }

  /** For a process that is about to start. Another file, or one that was put in its place (log rotation), is opened anew. Throws the system's error. */
  of(file: string): number {
    if (this.#open?.file === file && isStillThere(file, this.#open.descriptor)) return this.#open.descriptor;
    this.close();
    const descriptor = openSync(file, 'a+', 0o640);
    // Node cannot seek; reading the last byte does.
    spawnSync('tail', ['-c', '1'], { stdio: [descriptor, 'ignore', 'ignore'] });
    this.#open = { file, descriptor };
    this.#serial++;
    return descriptor;
  }

  /** Idempotent. Processes keep theirs. */
  close(): void {
    if (this.#open) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }
}

function isStillThere(file: string, descriptor: number): boolean {
  const there = statSync(file, { throwIfNoEntry: false });
  const ours = fstatSync(descriptor);
  return there?.ino === ours.ino && there.dev === ours.dev;
}
