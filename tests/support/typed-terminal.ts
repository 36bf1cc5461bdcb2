// A real terminal with a program in it, as a person sits at one: what it shows, what is typed, and its size.

import type { TestContext } from 'node:test';
import { type IPty, spawn } from '@lydell/node-pty';
import { eventually } from './eventually.ts';

const patienceMs = 20_000;

export class TypedTerminal {
  readonly #pty: IPty;
  readonly #exited: Promise<number>;
  #shown = '';
  #isOver = false;

  /** Killed when the test ends. The size is 99 columns and 30 rows. */
  constructor(t: TestContext, command: readonly string[], env: NodeJS.ProcessEnv) {
    const [program = '', ...args] = command;
    this.#pty = spawn(program, args, { cols: 99, rows: 30, env, name: 'xterm' });
    this.#pty.onData((text) => {
      this.#shown += text;
    });
    this.#exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        this.#isOver = true;
        resolve(exitCode);
      });
    });
    t.after(() => this.kill());
  }

  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#pty.resize(columns, rows);
  }

  /** What was shown before counts no more. Rejects when the program has ended without showing it. */
  async shows(pattern: RegExp): Promise<void> {
    const found = await eventually(() => {
      const match = pattern.exec(this.#shown);
      if (match || this.#isOver) return match ?? 'over';
      throw new Error(`${pattern} is not shown:\n${this.#shown}`);
    }, patienceMs);
    if (found === 'over') throw new Error(`it ended without showing ${pattern}:\n${this.#shown}`);
    this.#shown = this.#shown.slice(found.index + found[0].length);
  }

  /** With the code of the program. */
  exited(): Promise<number> {
    return this.#exited;
  }

  kill(): void {
    this.#pty.kill('SIGKILL');
  }
}
