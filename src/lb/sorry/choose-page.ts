// Which variant of the sorry page a client gets: the form by Accept first, because a program can do nothing with another one, then the
// language by Accept-Language. There is always one: a sorry page of the wrong form says more than a 406 would (RFC 9110 section 12.4.1).

import type { SorryPage, SorryVariant } from '../model.ts';
import { plainPages } from './plain-pages.ts';
import { type Preference, preferences } from './preferences.ts';

/** The fields as they came, several of a name joined by commas; undefined: none, which takes everything. Equals go by their order in the page. */
export function chooseVariant(
  page: SorryPage,
  accept: string | undefined,
  acceptLanguage: string | undefined,
): SorryVariant {
  const variants = page.variants.length > 0 ? page.variants : plainPages;
  const inForm = bestInForm(variants, preferences(accept));
  return bestInLanguage(inForm, preferences(acceptLanguage)) ?? (variants[0] as SorryVariant);
}

interface FormMatch {
  readonly quality: number;
  /** 3 for the type itself, 2 for all of its kind, 1 for all types. */
  readonly precision: number;
  /** Where it stands in the field. */
  readonly place: number;
}

/** All of the best form that is accepted; empty: none is. */
function bestInForm(
  variants: readonly SorryVariant[],
  accepted: readonly Preference[],
): readonly SorryVariant[] {
  if (accepted.length === 0) return variants;
  const matches = variants.map((variant) => ({ variant, match: formMatch(variant.contentType, accepted) }));
  const acceptable = matches.filter(({ match }) => match.quality > 0);
  const best = acceptable.reduce<FormMatch | undefined>(
    (so, { match }) => (so === undefined || isBetter(match, so) ? match : so),
    undefined,
  );
  return acceptable.filter(({ match }) => best && !isBetter(best, match)).map(({ variant }) => variant);
}

// RFC 9110 leaves equals open. What is named goes before what a wildcard takes, and earlier before later: clients that write
// `application/json, text/plain, */*` mean JSON.
function isBetter(a: FormMatch, b: FormMatch): boolean {
  if (a.quality !== b.quality) return a.quality > b.quality;
  if (a.precision !== b.precision) return a.precision > b.precision;
  return a.place < b.place;
}

/** The most precise range decides, whatever its quality. */
function formMatch(contentType: string, accepted: readonly Preference[]): FormMatch {
  const type = contentType.toLowerCase();
  const ranges = ['*/*', `${type.split('/', 1)[0]}/*`, type];
  let best: FormMatch = { quality: 0, precision: 0, place: -1 };
  accepted.forEach(({ range, quality }, place) => {
    const precision = ranges.indexOf(range) + 1;
    if (precision > best.precision) best = { quality, precision, place };
  });
  return best;
}

/**
 * Lookup of RFC 4647 section 3.4, range by range from the best; where a range has no such language, one below it (`en` takes en-GB). Then
 * the first that is not refused, or the one for everyone in its form, then the first.
 */
function bestInLanguage(
  variants: readonly SorryVariant[],
  wanted: readonly Preference[],
): SorryVariant | undefined {
  const byQuality = wanted.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality);
  const allowed = variants.filter((variant) => !isRefused(variant, wanted));
  for (const { range } of byQuality) {
    const found = range === '*' ? allowed[0] : inLanguage(allowed, range);
    if (found) return found;
  }
  const [first] = allowed;
  const isForEveryone = ({ language, contentType }: SorryVariant) =>
    language === undefined && contentType === first?.contentType;
  return (wanted.length > 0 ? allowed.find(isForEveryone) : undefined) ?? first ?? variants[0];
}

function inLanguage(variants: readonly SorryVariant[], range: string): SorryVariant | undefined {
  for (let tag = range; tag !== ''; tag = truncated(tag)) {
    const found = variants.find(({ language }) => language?.toLowerCase() === tag);
    if (found) return found;
  }
  return variants.find(({ language }) => language?.toLowerCase().startsWith(`${range}-`));
}

// Single letters such as the x of zh-Hant-x-private need no care of their own: no language ends with one.
function truncated(tag: string): string {
  return tag.slice(0, Math.max(0, tag.lastIndexOf('-')));
}

// `es;q=0` refuses es and es-MX, unless es-MX is asked for by its name.
function isRefused({ language }: SorryVariant, wanted: readonly Preference[]): boolean {
  if (language === undefined) return false;
  for (let tag = language.toLowerCase(); tag !== ''; tag = truncated(tag)) {
    const named = wanted.find(({ range }) => range === tag);
    if (named) return named.quality === 0;
  }
  return false;
}
