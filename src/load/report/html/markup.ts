// HTML as a template that escapes: what comes from plans and servers can become text, never markup.

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | false | undefined | readonly Content[];

const escapes: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};
/** Not allowed in HTML, or (the last ones) able to turn the direction of what follows. */
const unprintable = /[[\p{Cc}\u202a-\u202e\u2066-\u2069]--[\t\n\r]]/gv;

/** Text between elements, or an attribute's value in quotes. */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(unprintable, '\uFFFD')
    .replace(/[&<>"']/g, (character) => escapes[character] as string);
}

/** `false` and `undefined` leave nothing; lists are written one after the other. Attributes have to be in double quotes. */
export function html(fixed: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(fixed.map((part, at) => part + textOf(contents[at])).join(''));
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return escaped(String(content));
}
