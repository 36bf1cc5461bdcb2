// The runner's end of one worker process.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { entryUrl } from '../../base/entry.ts';
import { Subscribable } from '../../base/subscribable.ts';
import type { FromWorker, ToWorker, WorkerConfig } from './messages.ts';

/** How long a worker may take to end by itself when it is no longer needed. */
const patienceMs = 2_000;

/** Each half of the space of what was made just now. V8 would let it grow to 64, and thousands of users keep all of that in use. */
const youngMegabytes = 16;
/**
 * A user's request often outlives the young space while the user thinks, and is garbage then: V8 would let four times of what is in use
 * gather before it looks. Here that is memory that a run of thousands of users is measured by; looking sooner costs about a hundredth of a
 * core.
 */
const growingPercent = 70;

export class WorkerLink {
  readonly messages = new Subscribable<FromWorker>();
  /** Told once, with how it ended, unless close() was called before. */
  readonly died = new Subscribable<string>();
  readonly #child: ChildProcess;
  #isClosing = false;

  constructor() {
    this.#child = fork(fileURLToPath(entryUrl('load/run/load-worker-process')), {
      // Structured clone: samples come in thousands.
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [
        '--disable-warning=ExperimentalWarning',
        `--max-semi-space-size=${youngMegabytes}`,
        `--heap-growing-percent=${growingPercent}`,
      ],
    });
    this.#child.on('message', (message) => this.messages.emit(message as FromWorker));
    this.#child.once('exit', (code, signal) => {
      if (!this.#isClosing) this.died.emit(signal ?? `exit code ${code}`);
    });
    this.#child.once('error', (error) => this.died.emit(error.message));
  }

  /** Resolves when it is ready to begin. Rejects in one line when it cannot. */
  configure(config: WorkerConfig): Promise<void> {
    return new Promise((resolve, reject) => {
      const unhear = [
        this.messages.subscribe((message) => {
          if (message.type !== 'ready' && message.type !== 'broken') return;
          for (const stop of unhear) stop();
          if (message.type === 'ready') resolve();
          else reject(new Error(message.message));
        }),
        this.died.subscribe((how) => reject(new Error(`a load worker could not start: ${how}`))),
      ];
      this.send({ type: 'configure', config });
    });
  }

  send(message: ToWorker): void {
    // One that is gone has been told of by `died`.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  /** Resolves when its process is gone. Idempotent. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined)
      return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    await gone;
    clearTimeout(timer);
  }
}
