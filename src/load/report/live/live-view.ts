// Shows a run while it goes on: one screen that is painted over and over on a terminal, a line a second wherever else the output goes.

import type { Language } from '../../../base/language.ts';
import { machineTime } from '../../../base/machine-time.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LoadRun } from '../../run/load-run.ts';
import { Figures } from '../figures.ts';
import { wordsFor } from '../words/words.ts';
import { LiveFigures, plannedMs } from './live-figures.ts';
import { plainLine, screenLines } from './live-lines.ts';

export interface LiveOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const refreshMs = 250;
const defaultColumns = 80;
const defaultRows = 24;

type Watched = Pick<LoadRun, 'startedAt' | 'inFlight' | 'seconds'>;

export class LiveView {
  readonly #output: LiveOutput;
  readonly #language: Language;
  readonly #figures = new LiveFigures();
  #height = 0;
  #end = () => {};

  constructor(output: LiveOutput, language: Language) {
    this.#output = output;
    this.#language = language;
  }

  /** Until close(). */
  watch(run: Watched, plan: Plan): void {
    const whole = plannedMs(plan);
    const words = wordsFor(this.#language);
    const numbers = new Figures(this.#language);
    const moment = () => ({
      elapsedMs: Math.max(0, machineTime() - run.startedAt),
      ...{ plannedMs: whole, inFlight: run.inFlight },
    });
    const paint = () => this.#paint(screenLines(this.#figures, moment(), words, numbers));
    const unhear = run.seconds.subscribe((second) => {
      this.#figures.add(second);
      if (this.#output.isTTY) return;
      const elapsedMs = (second.index + 1) * 1_000;
      this.#output.write(`${plainLine(this.#figures, { ...moment(), elapsedMs }, words, numbers)}\n`);
    });
    const timer = this.#output.isTTY ? setInterval(paint, refreshMs) : undefined;
    this.#end = () => {
      unhear();
      clearInterval(timer);
    };
  }

  /** Wipes the screen's part that it had: what comes next stands in its place. Idempotent. */
  close(): void {
    this.#end();
    if (this.#height > 0) this.#output.write(`\x1b[${this.#height}A\r\x1b[J`);
    this.#height = 0;
  }

  #paint(lines: readonly string[]): void {
    const { columns = defaultColumns, rows = defaultRows } = this.#output;
    // What is higher than the screen could not be painted over.
    const shown = lines.slice(0, Math.max(1, rows - 1));
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    // Each line wiped as it is written, and what lies below at the end: a screen that is wiped as a whole flickers.
    const text = shown.map((line) => `${[...line].slice(0, columns - 1).join('')}\x1b[K\n`).join('');
    this.#output.write(`${up}\r${text}\x1b[J`);
    this.#height = shown.length;
  }
}
