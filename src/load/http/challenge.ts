// Reads WWW-Authenticate: RFC 9110 11.6.1, several challenges in one header or in several.

export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By names in lower case; what was quoted without quotes. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A name and its value, or the scheme of the next challenge: a word that no equals sign follows. */
const piece = /([!#$%&'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?[\s,]*/y;

export function challengesOf(headers: readonly string[]): Challenge[] {
  return headers.flatMap(challengesIn);
}

function challengesIn(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  piece.lastIndex = header.search(/[^\s,]/);
  if (piece.lastIndex < 0) return challenges;
  for (let found = piece.exec(header); found !== null; found = piece.exec(header)) {
    const [, name = '', quoted, plain] = found;
    if (quoted === undefined && plain === undefined)
      challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else
      challenges.at(-1)?.parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return challenges;
}
