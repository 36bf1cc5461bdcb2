// Text as it can stand in a head: one character for one byte, and never the end of a line.

/** ISO 8859-1 as headers have always been, UTF-8 where that cannot say it. Line breaks and NUL are left out. */
export function wireText(value: string): string {
  const line = /[\r\n\0]/.test(value) ? value.replace(/[\r\n\0]/g, '') : value;
  return /[^\0-\xff]/.test(line) ? Buffer.from(line).toString('latin1') : line;
}
