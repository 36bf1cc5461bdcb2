// Chooses the words of drills.

import type { Language } from '../../../base/language.ts';
import { en, type Words } from './en.ts';
import { es } from './es.ts';

const languages: Readonly<Record<Language, Words>> = { en, es };

export function wordsFor(language: Language): Words {
  return languages[language];
}
