// A small file beside the database that says that there is one, so that a lost database is noticed and not replaced by an empty one.

import { readFileSync } from 'node:fs';
import { codeOf, corruptError } from './errors.ts';
import { type Layout, writeDurably } from './layout.ts';

export interface Marker {
  /** The cluster-wide id in the database. */
  cluster: string;
  /** No revision at or below this is given out again: restored snapshots raise it. */
  revisionFloor: number;
}

/** Undefined when there is none. Throws StoreFileError for one that cannot be understood. */
export function readMarker(layout: Layout): Marker | undefined {
  let text: string;
  try {
    text = readFileSync(layout.marker, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { cluster, revisionFloor } = JSON.parse(text) as Partial<Marker>;
    if (typeof cluster === 'string' && Number.isSafeInteger(revisionFloor)) {
      return { cluster, revisionFloor: revisionFloor as number };
    }
  } catch (error) {
    throw corruptError(layout.marker, 'not JSON', error);
  }
  throw corruptError(layout.marker, 'cluster or revisionFloor is missing');
}

export function writeMarker(layout: Layout, marker: Marker): void {
  writeDurably(layout.marker, `${JSON.stringify(marker)}\n`);
}
