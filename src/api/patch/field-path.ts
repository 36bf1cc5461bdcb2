// The elements of field paths in the text form of structured-merge-diff: `f:name`, `k:{"name":"web"}`, `v:"value"`, `i:0`. The canonical
// text identifies an element, so sets of paths can be plain objects keyed by it.

/** One step of a path, canonical. */
export type PathElement = string;

export type FieldPath = readonly PathElement[];

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** An item of a list that is a set of scalars. */
export function valueElement(value: unknown): PathElement {
  return `v:${JSON.stringify(value)}`;
}

/** An item of a list that is a map. `pairs` must be sorted by name. */
export function keyElement(pairs: readonly (readonly [name: string, value: unknown])[]): PathElement {
  const members = pairs.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  return `k:{${members.join(',')}}`;
}

/** Reads an element that somebody else wrote and gives its canonical text. Throws on anything malformed. */
export function parseElement(text: string): PathElement {
  const content = text.slice(2);
  if (text.startsWith('f:')) return text;
  if (text.startsWith('v:')) return valueElement(JSON.parse(content));
  if (text.startsWith('k:')) return parseKey(content);
  if (text.startsWith('i:') && /^-?\d+$/.test(content)) return `i:${Number(content)}`;
  throw new Error(`unknown path element ${JSON.stringify(text)}`);
}

function parseKey(content: string): PathElement {
  const key: unknown = JSON.parse(content);
  if (typeof key !== 'object' || key === null || Array.isArray(key))
    throw new Error(`invalid key ${content}`);
  return keyElement(Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A path for people: `.spec.containers[name="web"].ports[containerPort=80,protocol="TCP"]`. */
export function printPath(path: FieldPath): string {
  return path.map(printElement).join('');
}

export function printElement(element: PathElement): string {
  const content = element.slice(2);
  if (element.startsWith('f:')) return `.${content}`;
  if (element.startsWith('v:')) return `[=${content}]`;
  if (element.startsWith('i:')) return `[${content}]`;
  const pairs = Object.entries(JSON.parse(content) as object);
  return `[${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}

const ranks: Record<string, number> = { '.': 0, f: 1, k: 2, v: 3, i: 4 };

/** The order in which Kubernetes writes elements: `.`, fields, keys, values, indexes; numbers by size. */
export function compareElements(a: PathElement, b: PathElement): number {
  const kindA = a.charAt(0);
  const kindB = b.charAt(0);
  if (kindA !== kindB) return (ranks[kindA] ?? 5) - (ranks[kindB] ?? 5);
  if (kindA === 'v' || kindA === 'i') {
    const difference = Number(a.slice(2)) - Number(b.slice(2));
    if (difference !== 0 && !Number.isNaN(difference)) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
