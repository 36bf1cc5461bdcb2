// Files of pages: the page alone, or a whole answer as HAProxy's errorfile has it (configuration manual, section 4.2, errorfile).

/** The body; of a whole answer also the type that it says. */
export function answerFile(text: string): { body: string; type?: string } {
  if (!/^HTTP\/1\.[01] /.test(text)) return { body: text };
  const [, head = '', body = ''] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(text) ?? [];
  const type = /^content-type:\s*([^;\r\n]+)/im.exec(head)?.[1]?.trim();
  return type === undefined ? { body } : { body, type };
}
