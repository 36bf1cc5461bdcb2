// A fact in every language that reports speak. It is told where it is known, in all of them at once: nobody translates it afterwards.

import type { Language } from '../base/language.ts';

export type Told = Readonly<Record<Language, string>>;

export function told(en: string, es: string): Told {
  return { en, es };
}

/** What is in no language of ours: names, figures, the words of a program or of a person. */
export function asIs(text: string): Told {
  return { en: text, es: text };
}

/** Several in one line. */
export function joined(parts: readonly Told[], between: string): Told {
  return {
    en: parts.map(({ en }) => en).join(between),
    es: parts.map(({ es }) => es).join(between),
  };
}

/** `what: more`. */
export function headed(what: string | Told, more: Told): Told {
  const head = typeof what === 'string' ? asIs(what) : what;
  return joined([head, more], ': ');
}

/** An error that ends up in a report. Its message is the English, as it is of all errors. */
export class ToldError extends Error {
  override name = 'ToldError';
  readonly told: Told;

  constructor(what: Told, options?: ErrorOptions) {
    super(what.en, options);
    this.told = what;
  }
}

/** What a report says of an error: of those that nobody has told, their own words. */
export function toldOf(error: unknown): Told {
  if (error instanceof ToldError) return error.told;
  return asIs(error instanceof Error ? error.message : String(error));
}

/** Data for programs: every fact in it is its English. */
export function inEnglish(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(inEnglish);
  if (data === null || typeof data !== 'object') return data;
  if (isTold(data)) return data.en;
  return Object.fromEntries(Object.entries(data).map(([key, part]) => [key, inEnglish(part)]));
}

function isTold(data: object): data is Told {
  const { en, es } = data as Partial<Told>;
  return typeof en === 'string' && typeof es === 'string' && Object.keys(data).length === 2;
}
