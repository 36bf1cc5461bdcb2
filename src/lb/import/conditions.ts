// The condition of a use_backend line: alternatives, each of which is a number of acls that must all hold (manual, section 7.2).

import type { Acl, FrontendDraft } from './draft.ts';

/** `alternatives` of what must hold together; a string says why it cannot be read. */
export function conditionOf(
  words: readonly string[],
  acls: FrontendDraft['acls'],
): readonly (readonly (readonly Acl[])[])[] | string {
  const [keyword, ...rest] = words;
  if (keyword === undefined) return [[]];
  if (keyword !== 'if') return `conditions begin with "if", not with "${keyword}"`;
  const alternatives: Acl[][][] = [[]];
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    if (word === '||' || word === 'or') alternatives.push([]);
    else if (word.startsWith('!')) return 'negated conditions are not supported';
    else if (word === '{') {
      const end = rest.indexOf('}', index);
      if (end < 0) return 'a "}" is missing';
      const [fetch = '', ...values] = rest.slice(index + 1, end);
      alternatives.at(-1)?.push([{ fetch, values }]);
      index = end;
    } else {
      const named = acls.get(word);
      if (!named) return `there is no acl "${word}"`;
      alternatives.at(-1)?.push(named);
    }
  }
  return alternatives;
}
