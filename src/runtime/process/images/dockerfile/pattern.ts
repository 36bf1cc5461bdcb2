// The patterns of COPY and of .dockerignore: those of Go's filepath.Match (`*`, `?`, `[a-z]`, backslash), and `**` for any folders.

/** For paths with `/` between their parts, without one in front. Throws SyntaxError for a pattern that is none. */
export function patternRegExp(pattern: string): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at);
    if (pattern.startsWith('**/', at)) {
      source += '(?:[^/]+/)*';
      at += 2;
    } else if (pattern.startsWith('**', at)) {
      source += '.*';
      at += 1;
    } else if (character === '*') source += '[^/]*';
    else if (character === '?') source += '[^/]';
    else if (character === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) throw new SyntaxError(`the bracket in "${pattern}" is not closed`);
      source += characterClass(pattern.slice(at + 1, end));
      at = end;
    } else source += quoted(character === '\\' ? pattern.charAt(++at) : character);
  }
  return new RegExp(`^${source}$`, 's');
}

export function isPattern(text: string): boolean {
  return /[*?[\\]/.test(text);
}

function characterClass(inner: string): string {
  const negated = inner.startsWith('^');
  const body = (negated ? inner.slice(1) : inner).replace(/[\]\\^[]/g, '\\$&');
  return `(?!/)[${negated ? '^' : ''}${body}]`;
}

function quoted(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
