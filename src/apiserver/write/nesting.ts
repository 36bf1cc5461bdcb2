// How deeply a body may be nested. Everything behind the decoder recurses over values: what is deeper is refused before the stack ends.

/** Levels of objects and lists of an object. Kubernetes' decoder stops at 10,000, but no real object comes near a hundred. */
export const deepestObject = 500;

/** Of a whole body: managedFields repeat the fields of their object a few levels further down. */
export const deepestBody = deepestObject + 20;

const openBrace = '{'.charCodeAt(0);
const openBracket = '['.charCodeAt(0);

/** Whether a parsed JSON value has more than `levels` levels of objects and lists. Looks no deeper than that. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const key in value) {
    if (isDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  }
  return false;
}

/** Whether an object with its metadata is too deep to be stored. */
export function isObjectTooDeep(object: object): boolean {
  return Object.entries(object).some(([key, value]) =>
    isDeeperThan(value, (key === 'metadata' ? deepestBody : deepestObject) - 1),
  );
}

/** True for JSON text that opens so few objects and lists that it cannot be too deep: most need no closer look. */
export function isShallowText(text: string): boolean {
  let opened = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if ((code === openBrace || code === openBracket) && ++opened > deepestObject) return false;
  }
  return true;
}
