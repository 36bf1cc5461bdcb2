// Import cycles in a graph of files. One cycle is reported per knot (strongly connected component): breaking it may show the next.

export type Graph = ReadonlyMap<string, readonly string[]>;

/** A shortest cycle of every knot, each from its alphabetically first file back to it: `[a, b, a]`. */
export function cyclesOf(graph: Graph): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  for (const start of [...graph.keys()].sort()) {
    if (done.has(start)) continue;
    const cycle = shortestCycle(graph, start);
    if (!cycle) continue;
    found.push(cycle);
    for (const file of reachable(graph, start)) if (reachable(graph, file).has(start)) done.add(file);
  }
  return found;
}

/** Breadth first from `start` until an edge leads back to it. */
function shortestCycle(graph: Graph, start: string): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (next === start) return [...pathTo(cameFrom, start, file), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, file);
      queue.push(next);
    }
  }
  return undefined;
}

function pathTo(cameFrom: ReadonlyMap<string, string>, start: string, end: string): string[] {
  const path = [end];
  for (let file = end; file !== start; ) {
    file = cameFrom.get(file) as string;
    path.unshift(file);
  }
  return path;
}

function reachable(graph: Graph, start: string): Set<string> {
  const seen = new Set<string>();
  const queue = [start];
  for (const file of queue) {
    for (const next of graph.get(file) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
    }
  }
  return seen;
}
