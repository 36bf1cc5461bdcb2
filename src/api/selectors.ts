// Selectors: which objects a query means. Label selectors come as text (`app=web,tier in (a,b),!old`) or as an object
// (matchLabels, matchExpressions); field selectors only as text, with `\`, `,` and `=` in values escaped by a backslash.
// The texts of errors are Kubernetes' own.

import { type LabelOperator, type LabelRequirement, newRequirement } from './label-requirement.ts';
import { LabelSelectorParser } from './label-selector-parser.ts';
import { badRequest } from './status.ts';

/** The object form, as in `spec.selector`. */
export interface LabelSelectorObject {
  matchLabels?: Record<string, string>;
  matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
}

export type Labels = Readonly<Record<string, string>> | undefined;

/** An immutable label selector. All requirements must hold; without any it matches everything. */
export class LabelSelectorMatcher {
  readonly requirements: readonly LabelRequirement[];
  readonly #nothing: boolean;

  constructor(requirements: readonly LabelRequirement[], nothing = false) {
    this.requirements = requirements;
    this.#nothing = nothing;
  }

  /** True when the selector has no requirement, i.e. matches everything. */
  get everything(): boolean {
    return !this.#nothing && this.requirements.length === 0;
  }

  /** Undefined labels count as none. */
  matches(labels: Labels): boolean {
    if (this.#nothing) return false;
    for (const requirement of this.requirements) {
      if (!holds(requirement, labels)) return false;
    }
    return true;
  }

  /** The text form, sorted by key; parsing it gives an equal selector (one that matches nothing has no text: ''). */
  toString(): string {
    const byKey = [...this.requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    return byKey.map(requirementText).join(',');
  }
}

export const matchEverything = new LabelSelectorMatcher([]);
export const matchNothing = new LabelSelectorMatcher([], true);

/** Parses the text form; '' matches everything. Throws a 400 StatusError. */
export function parseLabelSelector(text: string): LabelSelectorMatcher {
  if (text === '') return matchEverything;
  return new LabelSelectorMatcher(new LabelSelectorParser(text).parse());
}

const objectOperators: Record<string, LabelOperator> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
  // Only node selector terms have these two.
  Gt: 'gt',
  Lt: 'lt',
};

/** The object form: undefined matches nothing, an empty one everything. Throws a 400 StatusError. */
export function labelSelectorFromObject(selector: LabelSelectorObject | undefined): LabelSelectorMatcher {
  if (!selector) return matchNothing;
  const requirements = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    newRequirement(key, '=', [value]),
  );
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = objectOperators[operator];
    if (!known) throw badRequest(`${JSON.stringify(operator)} is not a valid label selector operator`);
    requirements.push(newRequirement(key, known, values ?? []));
  }
  return requirements.length === 0 ? matchEverything : new LabelSelectorMatcher(requirements);
}

/** The map form of Services and replication: exactly these labels; an absent or empty map matches nothing. */
export function labelSelectorFromMap(map: Record<string, string> | undefined): LabelSelectorMatcher {
  return map && Object.keys(map).length > 0 ? labelSelectorFromObject({ matchLabels: map }) : matchNothing;
}

export interface FieldRequirement {
  field: string;
  op: '=' | '!=';
  value: string;
}

/** Parses the text form; '' has no requirements. `==` is read as `=`. Throws a 400 StatusError. */
export function parseFieldSelector(text: string): FieldRequirement[] {
  return splitTerms(text)
    .filter((term) => term !== '')
    .map((term) => parseTerm(term, text));
}

/** The text that parseFieldSelector() reads back. */
export function fieldSelectorText(requirements: readonly FieldRequirement[]): string {
  return requirements.map(({ field, op, value }) => `${field}${op}${escapeFieldValue(value)}`).join(',');
}

export function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&');
}

/** At commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\.|[^\\,])+|\\$/gs) ?? [];
}

function parseTerm(term: string, whole: string): FieldRequirement {
  // The operator is the first one outside an escape.
  const match = /^((?:\\.|[^\\=!]|!(?!=))*)(!=|==|=)(.*)$/s.exec(term);
  if (!match) throw badRequest(`invalid selector: '${whole}'; can't understand '${term}'`);
  const [, field = '', operator, value = ''] = match;
  return { field, op: operator === '!=' ? '!=' : '=', value: unescapeValue(value) };
}

function unescapeValue(value: string): string {
  const bare = /(?<!\\)(?:\\\\)*([=,])/.exec(value);
  if (bare) throw badRequest(`invalid field selector: unescaped character in value: ${bare[1]}`);
  return value.replace(/\\(.?)/gs, (sequence, char: string) => {
    if (char === '' || !'\\,='.includes(char)) {
      throw badRequest(`invalid field selector: invalid escape sequence: ${sequence}`);
    }
    return char;
  });
}

function holds({ key, operator, values }: LabelRequirement, labels: Labels): boolean {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (value === undefined) return operator === '!' || operator === '!=' || operator === 'notin';
  switch (operator) {
    case 'exists':
      return true;
    case '!':
      return false;
    case '=':
    case '==':
      return value === values[0];
    case 'in':
      return values.includes(value);
    case '!=':
    case 'notin':
      return !values.includes(value);
    case 'gt':
      return isInteger(value) && BigInt(value) > BigInt(values[0] ?? 0);
    case 'lt':
      return isInteger(value) && BigInt(value) < BigInt(values[0] ?? 0);
  }
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function requirementText({ key, operator, values }: LabelRequirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${[...values].sort().join(',')})`;
    case 'gt':
      return `${key}>${values[0]}`;
    case 'lt':
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}
