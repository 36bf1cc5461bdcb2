// Numbers as people read them, in their language. What programs read has plain numbers.

import type { Language } from '../../base/language.ts';

export class Figures {
  readonly language: Language;
  readonly #formats: readonly Intl.NumberFormat[];
  readonly #time: Intl.DateTimeFormat;

  constructor(language: Language) {
    this.language = language;
    const digits = [0, 1, 2, 3];
    this.#formats = digits.map(
      (count) =>
        new Intl.NumberFormat(language, { minimumFractionDigits: count, maximumFractionDigits: count }),
    );
    this.#time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'long' });
  }

  count(value: number): string {
    return this.#fixed(value, 0);
  }

  /** Three digits that say something, as the histograms have. Of milliseconds, rates and the like. */
  amount(value: number): string {
    if (value >= 100 || value === 0) return this.#fixed(value, 0);
    if (value >= 10) return this.#fixed(value, 1);
    return this.#fixed(value, value >= 1 ? 2 : 3);
  }

  /** As people write rates and limits: whole numbers stay whole. */
  number(value: number): string {
    return Number.isInteger(value) ? this.count(value) : this.amount(value);
  }

  /** Of 100. A few of very many are not 0. */
  percent(value: number): string {
    const digits = value > 0 && value < 0.01 ? 3 : 2;
    return `${this.#fixed(value, Number.isInteger(value) ? 0 : digits)} %`;
  }

  /** Milliseconds as `350 ms`, `12.5 s`, `2 min 5 s`. */
  duration(ms: number): string {
    if (ms < 1_000) return `${this.count(ms)} ms`;
    if (ms < 60_000) return `${this.#fixed(ms / 1_000, ms % 1_000 === 0 ? 0 : 1)} s`;
    const seconds = Math.round(ms / 1_000);
    const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
    const hours = Math.floor(minutes / 60);
    const parts = [
      hours > 0 && `${hours} h`,
      minutes % 60 > 0 && `${minutes % 60} min`,
      rest > 0 && `${rest} s`,
    ];
    return parts.filter((part) => part !== false).join(' ');
  }

  /** Milliseconds since the epoch. */
  time(at: number): string {
    return this.#time.format(at);
  }

  #fixed(value: number, digits: number): string {
    return (this.#formats[digits] as Intl.NumberFormat).format(value);
  }
}
