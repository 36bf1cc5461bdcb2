// What became of each line of a file: taken, not needed here, or left with a reason.

import type { ConfigLine } from './haproxy-file.ts';

/** elsewhere: of no meaning in this kind of section; that of another one counts. */
export type Verdict = 'taken' | 'elsewhere' | { readonly notNeeded: string } | { readonly left: string };

export interface ReportedLine {
  readonly number: number;
  readonly text: string;
  readonly why: string;
}

export class ImportReport {
  readonly #lines = new Map<number, { line: ConfigLine; verdict: Verdict }>();

  /** A line of defaults is judged once for each section: it is taken when one of them took it. */
  note(line: ConfigLine, verdict: Verdict): void {
    const before = this.#lines.get(line.number);
    if (!before || rank(verdict) > rank(before.verdict)) this.#lines.set(line.number, { line, verdict });
  }

  /** What seemed to be understood turns out not to be. */
  leave(line: ConfigLine, left: string): void {
    this.#lines.set(line.number, { line, verdict: { left } });
  }

  get taken(): number {
    return [...this.#lines.values()].filter(({ verdict }) => verdict === 'taken').length;
  }

  /** In the order of the file. */
  get notNeeded(): ReportedLine[] {
    return this.#told((verdict) =>
      typeof verdict === 'object' && 'notNeeded' in verdict ? verdict.notNeeded : undefined,
    );
  }

  get left(): ReportedLine[] {
    return this.#told((verdict) => {
      if (verdict === 'elsewhere') return 'it is not supported';
      return typeof verdict === 'object' && 'left' in verdict ? verdict.left : undefined;
    });
  }

  #told(reason: (verdict: Verdict) => string | undefined): ReportedLine[] {
    const told = [...this.#lines.values()].flatMap(({ line, verdict }) => {
      const why = reason(verdict);
      return why === undefined ? [] : [{ number: line.number, text: line.text, why }];
    });
    return told.sort((a, b) => a.number - b.number);
  }
}

function rank(verdict: Verdict): number {
  if (verdict === 'taken') return 3;
  if (verdict === 'elsewhere') return 0;
  return 'left' in verdict ? 2 : 1;
}
