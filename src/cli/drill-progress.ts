// A drill as it goes on: a line for each thing that happens, and on a terminal one more at the bottom that says how the traffic is.

import path from 'node:path';
import type { Words } from '../drill/report/words/en.ts';
import type { DrillProgress, Rates } from '../drill/run/progress.ts';
import { joined } from '../drill/told.ts';

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Elsewhere than on a terminal, how often it says how the traffic is. */
const ratesEveryMs = 10_000;

export class ProgressView {
  readonly #output: Output;
  readonly #words: Words;
  readonly #begun = performance.now();
  #waits = '';
  #rates = '';
  #ratesToldAt = 0;
  #isShown = false;

  constructor(output: Output, words: Words) {
    this.#output = output;
    this.#words = words;
  }

  tell(progress: DrillProgress): void {
    const { progress: say } = this.#words;
    if (progress.type === 'rates') {
      this.#tellRates(progress.rates);
      return;
    }
    const waits = waitText(progress, this.#words);
    if (waits !== undefined) {
      this.#wait(waits);
      return;
    }
    const line = progressLine(progress, this.#words);
    if (line === undefined) return;
    this.#waits = progress.type === 'gathering' ? say.gathering : '';
    this.line(line);
  }

  /** As it is, with the time since the start. */
  line(text: string): void {
    this.clear();
    const seconds = ((performance.now() - this.#begun) / 1_000).toFixed(1).padStart(6);
    this.#output.write(`${seconds} s  ${text}\n`);
    this.#bottom();
  }

  /** Wipes the line at the bottom. */
  clear(): void {
    if (this.#isShown) this.#output.write('\r\x1b[K');
    this.#isShown = false;
  }

  #wait(text: string): void {
    const isNew = text !== this.#waits;
    this.#waits = text;
    if (!this.#output.isTTY && isNew) this.line(text);
    else this.#bottom();
  }

  #tellRates(rates: Rates): void {
    this.#rates = ratesText(rates, this.#words);
    this.#bottom();
    if (this.#output.isTTY) return;
    if (performance.now() - this.#ratesToldAt < ratesEveryMs) return;
    this.#ratesToldAt = performance.now();
    this.line(this.#rates);
  }

  #bottom(): void {
    if (!this.#output.isTTY) return;
    const width = (this.#output.columns ?? 80) - 1;
    const text = [this.#waits, this.#rates].filter((part) => part !== '').join('  ·  ');
    this.#output.write(`\r\x1b[K${[...text].slice(0, width).join('')}`);
    this.#isShown = text !== '';
  }
}

export function ratesText({ ok, failed, sorry, shed, p99Ms }: Rates, { progress: say }: Words): string {
  const times = p99Ms === undefined ? say.nothingAnswered : `${Math.round(p99Ms)} ms`;
  return say.rates(String(ok), String(failed + sorry + shed), times);
}

/** What is waited for changes often: not a line each time, on a terminal. */
export function waitText(progress: DrillProgress, { language, progress: say }: Words): string | undefined {
  switch (progress.type) {
    case 'starting':
      return say.starting(progress.waitsFor[language]);
    case 'steady':
      return say.steady;
    case 'recovery':
      return say.recovery(progress.waitsFor[language]);
    default:
      return undefined;
  }
}

export function progressLine(progress: DrillProgress, words: Words): string | undefined {
  const { language, progress: say } = words;
  switch (progress.type) {
    case 'recovered-earlier':
      return say.recoveredEarlier(progress.drill);
    case 'applying':
      return say.applying(progress.files.map((file) => path.relative(process.cwd(), file)).join(', '));
    case 'run':
      return say.run(progress.index + 1, progress.of, progress.seed);
    case 'load':
      return say.load(progress.what[language], progress.url);
    case 'calm':
      return say.calm(String(progress.forMs / 1_000));
    case 'fault':
      return say.fault(progress.name, progress.victims?.[language] ?? '');
    case 'proven':
      return say.proven(progress.name, progress.evidence[language], progress.afterMs.toFixed(0));
    case 'not-proven':
      return say.notProven(progress.why[language]);
    case 'undone':
      return progress.remains.length === 0
        ? say.undone(progress.name)
        : say.notUndone(progress.name, joined(progress.remains, '; ')[language]);
    case 'recovered':
      return say.recovered;
    case 'never-recovered':
      return say.neverRecovered(progress.why[language]);
    case 'halted':
      return say.halted(progress.why[language]);
    case 'gathering':
      return say.gathering;
    case 'verdict':
      return words.verdictIs(words.verdict[progress.verdict]);
    default:
      return undefined;
  }
}
