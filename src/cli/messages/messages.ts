// Chooses the language of what a person reads. Only messages: what a script reads (-o json, errors, help) is the same in every language.

import type { Language } from '../../base/language.ts';
import { UsageError } from '../errors.ts';
import { en, type Messages } from './en.ts';
import { es } from './es.ts';

const languages: Readonly<Record<Language, Messages>> = { en, es };

/** As languageFor() chooses. Throws UsageError. */
export function messagesFor(asked: string | undefined, env: NodeJS.ProcessEnv = process.env): Messages {
  return languages[languageFor(asked, env)];
}

/** `asked` comes from --lang (`es`, `es_ES.UTF-8`); without it the locale decides, and English where it names none of ours. Throws UsageError. */
export function languageFor(asked: string | undefined, env: NodeJS.ProcessEnv = process.env): Language {
  const found = [languageOf(asked ?? localeOf(env))].find(isOurs);
  if (found) return found;
  if (asked === undefined) return 'en';
  throw new UsageError(
    `there are no messages in "${asked}"; there are in ${Object.keys(languages).join(' and ')}`,
  );
}

function isOurs(language: string): language is Language {
  return Object.hasOwn(languages, language);
}

/** POSIX: LC_ALL over LC_MESSAGES over LANG; an empty one counts as not set. */
function localeOf(env: NodeJS.ProcessEnv): string {
  return env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
}

/** `es_MX.UTF-8` → `es`. */
function languageOf(locale: string): string {
  return locale.split(/[_.@-]/, 1)[0]?.toLowerCase() ?? '';
}
