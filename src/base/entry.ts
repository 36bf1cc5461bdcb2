// Where the files of this program lie that are started rather than imported: processes and worker threads. The one place that knows.
// From sources that is the TypeScript file itself, in a built package the bundle made of it (scripts/build.ts finds the calls).

import { fileURLToPath } from 'node:url';

const fromSources = import.meta.url.endsWith('.ts');

/**
 * The URL of the file that runs as its own process or worker thread.
 *
 * `name` is its path below src/ without the ending: `entryUrl('store/sqlite/worker')`. Write it as a literal: the build bundles what it
 * finds in such calls. The file is called `process.ts`, `worker.ts`, `…-process.ts` or `…-worker.ts`.
 */
export function entryUrl(name: string): URL {
  return new URL(fromSources ? `../${name}.ts` : `./${bundleName(name)}.js`, import.meta.url);
}

/** The folder that all of this program's own files lie in; the one around it has its package.json. */
export function ownFolder(): string {
  return fileURLToPath(new URL(fromSources ? '..' : '.', import.meta.url));
}

/** What the build calls the bundle of an entry: all lie side by side, wherever this file itself ended up. */
export function bundleName(name: string): string {
  return name.replaceAll('/', '-');
}
