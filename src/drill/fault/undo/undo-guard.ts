// The runner's end of the process that takes a drill's faults back should the runner die, however that happens.

import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { entryUrl } from '../../../base/entry.ts';
import type { World } from '../../world/world.ts';
import type { FromGuard, GuardWatch, ToGuard } from './guard-messages.ts';
import type { UndoJournal } from './undo-journal.ts';

const startsWithinMs = 15_000;

export class UndoGuard {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#ended = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /** Resolves when it watches. Rejects, in one line, when it cannot be started: nothing may be done then that needs an undo. */
  static async start(world: World, journal: UndoJournal): Promise<UndoGuard> {
    const { access, stateFolder, mayRunCommands } = world;
    if (!access)
      throw new Error('nobody could take the faults back should this process die: how is not known');
    const child = fork(fileURLToPath(entryUrl('drill/fault/undo-guard-process')), {
      // A session of its own: neither Ctrl-C nor the end of the terminal is for it.
      detached: true,
      // Whoever reads the runner's output is not to wait for the guard's end.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const guard = new UndoGuard(child);
    await guard.#watch({ access, stateFolder, mayRunCommands, journal: journal.file });
    if (child.pid !== undefined) journal.setGuard(child.pid);
    // It may outlive everything else, but is nobody's reason to stay.
    child.unref();
    child.channel?.unref();
    return guard;
  }

  /** Nothing is left to do for it. Resolves when it has ended. Idempotent. */
  async dismiss(): Promise<void> {
    if (this.#child.connected) {
      this.#child.ref();
      this.#child.send({ type: 'done' } satisfies ToGuard, () => {});
      await this.#ended;
    }
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  #watch(watch: GuardWatch): Promise<void> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`the guard of the undo could not be started: ${why}`));
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        fail('it says nothing');
      }, startsWithinMs);
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `code ${code}`}`));
      child.once('message', (message: FromGuard) => {
        clearTimeout(timer);
        if (message.type === 'watching') resolve();
      });
      child.send({ type: 'watch', watch } satisfies ToGuard, (error) => error && fail(error.message));
    });
  }
}
