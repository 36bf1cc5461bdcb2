// The five named entities of XML and character references. There are no others, since document types are refused.

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** `refuse` is called with an entity that there is not, or with an ampersand that begins none, and has to throw. */
export function decodeEntities(text: string, refuse: (entity: string) => never): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,8})|#[xX]([0-9a-fA-F]{1,8})|(\w+))?;?/g, (entity, decimal, hex, name) => {
    if (!entity.endsWith(';')) refuse(entity);
    if (name !== undefined) return Object.hasOwn(named, name) ? (named[name] ?? '') : refuse(entity);
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : refuse(entity);
  });
}
