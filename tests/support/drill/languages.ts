// Whether a text that somebody is to read in Spanish is Spanish.

import assert from 'node:assert/strict';
import type { Told } from '../../../src/drill/told.ts';

/** Words that hardly an English sentence does without, and that no Spanish one has. */
const english =
  /\b(the|was|were|is|are|not|of|and|with|has|had|been|it|its|there|which|than|never|nothing|nobody)\b/i;

/** One thing, one word: respaldo, principal, eliminado, en ejecución. And quotation marks are «those». */
const others = /\b(reservas?|primarios?|matad[oa]s?|corren?|corra)\b|"/i;

export function assertSpanish(text: string, what = ''): void {
  const found = text.split('\n').filter((line) => english.test(line) || others.test(line));
  assert.deepEqual(found, [], what);
}

/** Told in both, each in its own. */
export function assertTold(fact: Told | undefined, what = ''): void {
  assert.ok(fact, what);
  assert.notEqual(fact.en, fact.es, what);
  assertSpanish(fact.es, what);
  for (const text of [fact.en, fact.es]) assert.doesNotMatch(text, /undefined|NaN|\[object/, what);
}

/** What a browser shows of a page, a line for each piece of it. */
export function shownOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/gs, '')
    .replace(/<[^>]*>/g, '\n')
    .replace(/\n\s*\n/g, '\n');
}
