// HTML as a template that escapes: what comes from plans and servers can become text, never markup.

import { htmlText } from '../../../base/html-text.ts';

export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Content = Markup | string | number | false | undefined | readonly Content[];

/** `false` and `undefined` leave nothing; lists are written one after the other. Attributes have to be in double quotes. */
export function html(fixed: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(fixed.map((part, at) => part + textOf(contents[at])).join(''));
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(textOf).join('');
  return htmlText(String(content));
}
