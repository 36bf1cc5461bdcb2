// Chooses the words of drills.

import { en, type Words } from './en.ts';
import { es } from './es.ts';

export type Language = 'en' | 'es';

const languages: Readonly<Record<Language, Words>> = { en, es };

export function wordsFor(language: Language): Words {
  return languages[language];
}
