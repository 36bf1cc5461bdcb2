// Words as a shell (POSIX) takes them: literally, whatever they hold.

/** One word, in quotes where it has to be. Not for a command whose name others chose: a bare `if` or `A=b` has its own meaning there. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The words of one command, as it can be typed; of the first see shellWord(). */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}
