// Text in HTML: what comes from people, plans and servers can become text, never markup.

const escapes: Readonly<Record<string, string>> = {
  ...{ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
};
/** Not allowed in HTML, or (the last ones) able to turn the direction of what follows. */
const unprintable = /[[\p{Cc}\u202a-\u202e\u2066-\u2069]--[\t\n\r]]/gv;

/** For between elements, and for an attribute's value in quotes. */
export function htmlText(text: string): string {
  return text
    .toWellFormed()
    .replace(unprintable, '\uFFFD')
    .replace(/[&<>"']/g, (character) => escapes[character] as string);
}
