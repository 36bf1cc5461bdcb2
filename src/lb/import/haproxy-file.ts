// An haproxy.cfg as sections of lines of words: quotes, escapes and comments as HAProxy reads them (configuration manual, section 2.2).

export interface ConfigLine {
  /** From 1. */
  readonly number: number;
  /** Not empty. */
  readonly words: readonly string[];
  /** As it stands there, without what surrounds it. */
  readonly text: string;
}

export interface Section {
  /** `global`, `defaults`, `frontend`, `backend`, `listen`, or any other. */
  readonly kind: string;
  readonly name: string;
  /** The named defaults that it is from; undefined: the ones before it. */
  readonly from?: string;
  readonly head: ConfigLine;
  readonly lines: ConfigLine[];
}

const kinds = new Set([
  ...['global', 'defaults', 'frontend', 'backend', 'listen'],
  ...['userlist', 'peers', 'resolvers', 'mailers', 'program', 'cache', 'ring', 'http-errors', 'fcgi-app'],
]);

/** Lines before the first section are returned as `stray`. */
export function parseHaproxyFile(text: string): { sections: Section[]; stray: ConfigLine[] } {
  const sections: Section[] = [];
  const stray: ConfigLine[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const words = wordsOf(raw);
    if (words.length === 0) return;
    const line = { number: index + 1, words, text: raw.trim() };
    const [kind = '', ...rest] = words;
    if (kinds.has(kind)) sections.push(sectionOf(kind, rest, line));
    else (sections.at(-1)?.lines ?? stray).push(line);
  });
  return { sections, stray };
}

function sectionOf(kind: string, rest: readonly string[], head: ConfigLine): Section {
  const at = rest.indexOf('from');
  const name = at === 0 ? '' : (rest[0] ?? '');
  const from = at < 0 ? undefined : rest[at + 1];
  return { kind, name, head, lines: [], ...(from === undefined ? {} : { from }) };
}

const piece = /\\(.)|'([^']*)'?|"((?:[^"\\]|\\.)*)"?|(\s+)|(#.*)|([^\s\\'"#]+)/g;

/** Empty for an empty line or a comment. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, escaped, single, double, space, comment, plain] of line.matchAll(piece)) {
    if (space !== undefined || comment !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (comment !== undefined) break;
    } else {
      word = (word ?? '') + (escaped ?? single ?? double?.replace(/\\(.)/g, '$1') ?? plain ?? '');
    }
  }
  return word === undefined ? words : [...words, word];
}
