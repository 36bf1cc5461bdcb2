// Finds keys that occur twice in one JSON object, which JSON.parse silently merges. For strict field validation only.

/** More are not listed: the answer would grow with the request. */
const mostListed = 100;

interface Level {
  /** Keys seen so far; undefined in an array. */
  keys: Set<string> | undefined;
  /** The key or position that is being read. */
  step: string | number;
}

const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/**
 * `duplicate field "spec.replicas"` for each key that occurs again in its object, in the order of the text; once for each path.
 * The text must be valid JSON: parse it first. Linear in its length at any depth of nesting.
 */
export function duplicateFields(json: string): string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  let expectKey = false;
  for (const [token] of json.matchAll(tokens)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ keys: token === '{' ? new Set() : undefined, step: 0 });
      expectKey = token === '{';
    } else if (token === '}' || token === ']') {
      levels.pop();
      expectKey = false;
    } else if (token === ',') {
      expectKey = level?.keys !== undefined;
      if (typeof level?.step === 'number') level.step++;
    } else if (token !== ':' && expectKey && level?.keys) {
      level.step = unquoted(token);
      if (level.keys.has(level.step) && found.size < mostListed) found.add(describe(levels));
      level.keys.add(level.step);
      expectKey = false;
    }
  }
  return [...found];
}

/** Keys may be spelled with escapes: `"\u0061"` is `a`. */
function unquoted(token: string): string {
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
}

/** Deeper paths are cut, so that many duplicates far down cost no more than their number. */
const longestPath = 200;

function describe(levels: readonly Level[]): string {
  let path = '';
  for (const { keys, step } of levels.slice(0, longestPath)) {
    if (!keys) path += `[${step}]`;
    else path += path === '' ? step : `.${step}`;
  }
  return `duplicate field ${JSON.stringify(path)}`;
}
