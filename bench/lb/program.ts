// A program that is measured or helps measuring: pinned to a core, ended with everything that it started.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { systemPath } from '../../src/base/run-program.ts';
import { firstAnswer } from '../measure/first-answer.ts';
import { processTree } from '../measure/process-tree.ts';

export interface ProgramOrder {
  readonly words: readonly string[];
  readonly core: number;
  /** It is there when this answers. */
  readonly answersOn: string;
  readonly env?: Readonly<Record<string, string>>;
}

export class Program {
  readonly #child: ChildProcess;
  readonly #kill = () => this.#signal('SIGKILL');

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start({ words, core, answersOn, env = {} }: ProgramOrder): Promise<Program> {
    const child = spawn('taskset', ['-c', String(core), ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
      // A group of its own: some of them start others.
      detached: true,
      env: { ...process.env, PATH: systemPath(), ...env },
    });
    const program = new Program(child);
    process.once('exit', program.#kill);
    const died = once(child, 'exit').then(() => {
      throw new Error(`${words[0]} ended before it answered`);
    });
    await Promise.race([firstAnswer(answersOn), died]);
    died.catch(() => {});
    return program;
  }

  /** Of it and of all it started. */
  get pids(): number[] {
    return processTree(this.#child.pid ?? 0);
  }

  async stop(): Promise<void> {
    process.off('exit', this.#kill);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#signal('SIGTERM');
    const timer = setTimeout(this.#kill, 5_000);
    await exit;
    clearTimeout(timer);
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-Number(this.#child.pid), signal);
    } catch {
      // It is gone.
    }
  }
}
