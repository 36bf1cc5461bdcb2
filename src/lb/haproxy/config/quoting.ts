// Texts of a model as words of HAProxy's configuration: whatever they hold, they end where we say, and nothing in them is carried out.

/** One word, taken literally: its manual, 2.2 "Quoting and escaping". There is no way to write a line end; it becomes a space. */
export function word(text: string): string {
  const line = text.replace(/[\0\r\n]+/g, ' ');
  return /^[\w./:@=,+-]+$/.test(line) ? line : `'${line.replaceAll("'", `'\\''`)}'`;
}

/** For where a log format is expected: nothing in it is a variable. */
export function formatText(text: string): string {
  return text.replaceAll('%', '%%');
}

/**
 * A page as it passes a log format, which is what HAProxy writes its own answers with when it is too late for rules: line ends become spaces.
 * Never empty.
 */
export function oneLine(page: string): string {
  return page.trimEnd().replace(/[ \t]*[\r\n]+[ \t]*/g, ' ') || ' ';
}

/** The text itself inside of a regular expression. */
export function regexText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

/** Lines of a section, indented. */
export function section(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `  ${line}`), ''].join('\n');
}

/** One word of a map file's key: white space ends it there, so it is never part of one. */
export function isMapKey(text: string): boolean {
  return text !== '' && !/[\s\0]/.test(text) && !text.startsWith('#');
}

/** HAProxy's time, which is at least 1 ms: 0 would mean none. */
export function duration(ms: number): string {
  return `${Math.max(1, Math.min(2_147_483_646, Math.ceil(ms)))}ms`;
}
