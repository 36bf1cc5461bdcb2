// results.json of a run's folder: all of LoadResults, for programs, for reports made later, and for comparisons.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { replaceFile } from '../../base/replace-file.ts';
import type { LoadResults } from './load-results.ts';

/** Raised when fields change their meaning. */
const version = 1;

export function resultsPath(folder: string): string {
  return path.join(folder, 'results.json');
}

export function writeResults(folder: string, results: LoadResults): void {
  replaceFile(resultsPath(folder), resultsText(results), 0o600);
}

/** JSON in one line, with its end. */
export function resultsText(results: LoadResults): string {
  const seconds = results.seconds.map((second) => ({ ...second, labels: Object.fromEntries(second.labels) }));
  return `${JSON.stringify({ version, ...results, seconds })}\n`;
}

/** `where` is a run's folder or its results.json. Throws in one line when there is none, or one that is not whole. */
export function readResults(where: string): LoadResults {
  const file = where.endsWith('.json') ? where : resultsPath(where);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read: name the folder of a run ("relevo load run … --out FOLDER")`, {
      cause,
    });
  }
  const read = parse(text);
  if (!isWhole(read)) {
    throw new Error(`${file} is not the result of a load run, or is damaged`);
  }
  const seconds = read.seconds.map((second) => ({
    ...second,
    labels: new Map(Object.entries(second.labels)),
  }));
  return { ...read, seconds } as LoadResults;
}

const lists = ['seconds', 'labels', 'tree', 'thresholds'] as const;
const parts = ['plan', 'total', 'saturation'] as const;

function isWhole(read: Stored | undefined): read is Stored {
  if (read?.version !== version) return false;
  return lists.every((name) => Array.isArray(read[name])) && parts.every((name) => read[name] !== undefined);
}

interface Stored extends Omit<LoadResults, 'seconds'> {
  readonly version: number;
  readonly seconds: readonly (Omit<LoadResults['seconds'][number], 'labels'> & { readonly labels: object })[];
}

function parse(text: string): Stored | undefined {
  try {
    return JSON.parse(text) as Stored;
  } catch {
    return undefined;
  }
}
