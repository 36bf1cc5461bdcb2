// Which names somebody may have meant who typed another.

const mostDifferences = 2;

/** At most three, the nearest first: those of another tag, of another registry, or with a typing error. */
export function nearMisses(wanted: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, far: distance(wanted, name) }))
    .filter(({ far }) => far <= mostDifferences)
    .sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

function distance(wanted: string, name: string): number {
  const [a, b] = [repository(wanted), repository(name)];
  if (a === b) return 0;
  if (lastPart(a) === lastPart(b)) return 1;
  return Math.min(edits(a, b), edits(lastPart(a), lastPart(b)) + 1);
}

function repository(name: string): string {
  return name.replace(/:[\w.-]+$/, '');
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Levenshtein's. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
